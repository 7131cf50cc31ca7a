// What a template is filled with: texts (escaped when they are set in), truths, lists and named fields, and
// bulk: HTML that is ready, set in as it is where the template says {{{name_html}}}.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace testfarm {

struct Node;
class Fields;
using Nodes = std::vector<Node>;

struct Bulk {
  std::string html;
};

// Lists, fields and bulk are held by pointer, so that a node costs little to copy: initialiser lists do
// nothing else.
struct Node {
  std::variant<std::string, bool, std::shared_ptr<Nodes>, std::shared_ptr<Fields>, std::shared_ptr<Bulk>>
      value;

  Node() = default;
  Node(std::string text) : value(std::move(text)) {}                   // NOLINT(google-explicit-constructor)
  Node(std::string_view text) : value(std::string(text)) {}            // NOLINT(google-explicit-constructor)
  Node(const char* text) : value(std::string(text)) {}                 // NOLINT(google-explicit-constructor)
  Node(bool truth) : value(truth) {}                                   // NOLINT(google-explicit-constructor)
  inline Node(Nodes list);                                             // NOLINT(google-explicit-constructor)
  inline Node(Fields fields);                                          // NOLINT(google-explicit-constructor)
  Node(Bulk bulk) : value(std::make_shared<Bulk>(std::move(bulk))) {}  // NOLINT(google-explicit-constructor)
};

// Few fields, each looked for seldom: a list. Names are constants of the program, which outlive it.
class Fields {
 public:
  Fields() = default;
  Fields(std::initializer_list<std::pair<const char*, Node>> all) : all_(all) {}

  // New where it is missing. Good until the next one.
  Node& operator[](const char* name) {
    for (auto& [known, node] : all_)
      if (std::string_view(known) == name) return node;
    return all_.emplace_back(name, Node()).second;
  }
  bool contains(std::string_view name) const {
    for (const auto& field : all_)
      if (field.first == name) return true;
    return false;
  }
  bool empty() const { return all_.empty(); }
  void add(Fields&& others) {
    for (auto& [name, node] : others.all_) (*this)[name] = std::move(node);
  }
  auto begin() { return all_.begin(); }
  auto end() { return all_.end(); }

 private:
  std::vector<std::pair<const char*, Node>> all_;
};

Node::Node(Nodes list) : value(std::make_shared<Nodes>(std::move(list))) {}
Node::Node(Fields fields) : value(std::make_shared<Fields>(std::move(fields))) {}

}  // namespace testfarm
