#include "client/definition/matrix.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "client/definition/combinations.hpp"

namespace testfarm {
namespace {

using toml_file::Table;
using toml_file::Value;

const Table* table_in(const Value& tree, std::string_view key) {
  const auto found = tree.as_table()->find(key);
  return found == tree.as_table()->end() ? nullptr : found->second.as_table();
}

Value with_data(Value value, decltype(Value::data) data) {
  value.data = std::move(data);
  return value;
}

// Parameters that each definition has.
bool is_taken(const Value& tree, const std::string& name) {
  if (name == "sandbox" || name == "client" || name == "project") return true;
  const auto found = tree.as_table()->find("repository");
  const auto* repositories = found == tree.as_table()->end() ? nullptr : found->second.as_array();
  for (const Value& one : repositories == nullptr ? toml_file::Array() : *repositories) {
    if (one.as_table() == nullptr) continue;
    const auto named = one.as_table()->find("name");
    const auto* text = named == one.as_table()->end() ? nullptr : named->second.as_string();
    if (name == (text == nullptr ? "source" : *text)) return true;
  }
  return false;
}

// What a [[variant]] of that combination would say.
Value variant_of(const Value& tree, const std::vector<std::string>& axes,
                 const std::vector<AxisValue>& values) {
  const Table* own_facts = table_in(tree, "facts");
  const auto client = tree.as_table()->find("client");
  const bool named = client != tree.as_table()->end() && client->second.as_string() != nullptr;
  std::string name = named ? *client->second.as_string() : "";
  Table parameters, facts;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    name += '-' + slug_of(values[i].name);
    parameters[axes[i]] = with_data(values[i].at, values[i].name);
    for (const auto& [member, text] : values[i].members)
      parameters[concat(axes[i], '.', member)] = with_data(values[i].at, text);
    if (own_facts == nullptr || !own_facts->contains(axes[i]))
      facts[axes[i]] = with_data(values[i].at, values[i].name);
  }
  Table members;
  if (named) members["client"] = with_data(client->second, name);
  members["parameters"] = with_data(tree, std::move(parameters));
  members["facts"] = with_data(tree, std::move(facts));
  return with_data(tree, std::move(members));
}

}  // namespace

std::vector<std::string> axes_of(const Value& tree) {
  const Table* matrix = table_in(tree, "matrix");
  if (matrix == nullptr) return {};
  std::vector<std::string> names;
  for (const auto& [name, value] : *matrix)
    if (name != "include" && name != "exclude") names.push_back(name);
  const auto place = [&](const std::string& name) {
    const Value& value = matrix->at(name);
    return std::pair(value.line, value.column);
  };
  std::sort(names.begin(), names.end(),
            [&](const std::string& a, const std::string& b) { return place(a) < place(b); });
  return names;
}

std::vector<Value> expand_matrix(Value tree, const std::vector<std::string>& order,
                                 std::vector<std::string>& problems) {
  auto& members = std::get<Table>(tree.data);
  const auto found = members.find("matrix");
  if (found == members.end()) return {std::move(tree)};
  const Value matrix = std::move(found->second);
  members.erase(found);
  const Combinations combinations = read_combinations(matrix, order, problems);
  for (const std::string& axis : combinations.axes)
    if (is_taken(tree, axis))
      problems.push_back(
          concat(matrix.place(), ": {", axis, "} is there already; give this part of [matrix] another name"));
  // {compiler} cannot be two things.
  if (const Table* parameters = table_in(tree, "parameters"))
    for (const std::string& axis : combinations.axes)
      if (parameters->contains(axis))
        problems.push_back(concat(parameters->at(axis).place(), ": ", axis,
                                  " is in [matrix] and in [parameters]; give one of them another name"));
  std::vector<Value> trees;
  for (const auto& values : combinations.all)
    trees.push_back(laid_over(tree, variant_of(tree, combinations.axes, values)));
  return trees;
}

}  // namespace testfarm
