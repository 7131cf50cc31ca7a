// What a template is filled with: texts (escaped when they are set in), truths, lists and named fields, and
// bulk: HTML that is ready, set in as it is where the template says {{{name_html}}}.
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

struct Bulk {
  std::string html;
};

struct Node {
  std::variant<std::string, bool, Nodes, Fields, Bulk> value;

  Node() = default;
  Node(std::string text) : value(std::move(text)) {}         // NOLINT(google-explicit-constructor)
  Node(std::string_view text) : value(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  Node(const char* text) : value(std::string(text)) {}       // NOLINT(google-explicit-constructor)
  Node(bool truth) : value(truth) {}                         // NOLINT(google-explicit-constructor)
  Node(Nodes list) : value(std::move(list)) {}               // NOLINT(google-explicit-constructor)
  Node(Bulk bulk) : value(std::move(bulk)) {}                // NOLINT(google-explicit-constructor)
  Node(Fields fields) : value(std::move(fields)) {}          // NOLINT(google-explicit-constructor)
};

}  // namespace testfarm
