// What a template is filled with: texts (escaped when they are set in), truths, lists and named fields.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace testfarm {

struct Node;
using Nodes = std::vector<Node>;
using Fields = std::map<std::string, Node>;

struct Node {
  std::variant<std::string, bool, Nodes, Fields> value;

  Node() = default;
  Node(std::string text) : value(std::move(text)) {}         // NOLINT(google-explicit-constructor)
  Node(std::string_view text) : value(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  Node(const char* text) : value(std::string(text)) {}       // NOLINT(google-explicit-constructor)
  Node(bool truth) : value(truth) {}                         // NOLINT(google-explicit-constructor)
  Node(Nodes list) : value(std::move(list)) {}               // NOLINT(google-explicit-constructor)
  Node(Fields fields) : value(std::move(fields)) {}          // NOLINT(google-explicit-constructor)
};

}  // namespace testfarm
