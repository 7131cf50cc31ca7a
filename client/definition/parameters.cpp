#include "client/definition/parameters.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr int most_rounds = 16;  // of parameters within parameters

bool is_name(std::string_view word) {
  return !word.empty() &&
         word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
             std::string_view::npos;
}

std::string slip_of(std::string_view word, const Parameters& parameters) {
  if (word.size() < 4 || !is_name(word)) return {};
  std::vector<std::string> names;
  for (const auto& [name, value] : parameters) names.push_back(name);
  return nearest(word, names);
}

using Flat = std::map<std::string, const toml_file::Value*>;

// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser let the file be
void flatten(const toml_file::Table& table, const std::string& prefix, Flat& flat) {
  for (const auto& [name, value] : table)
    if (const auto* inner = value.as_table())
      flatten(*inner, prefix + name + '.', flat);
    else
      flat[prefix + name] = &value;
}

}  // namespace

std::string with_parameters(std::string_view text, const Parameters& parameters,
                            const std::function<void(const std::string&, const std::string&)>& missed) {
  std::string filled;
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    const std::string word(text.substr(open + 1, close - open - 1));
    const auto value = parameters.find(word);
    const bool shell_variable = open > 0 && text[open - 1] == '$';
    if (value == parameters.end() || shell_variable) {
      if (!shell_variable && missed)
        if (const std::string meant = slip_of(word, parameters); !meant.empty()) missed(word, meant);
      filled += text.substr(0, open + 1);
      text.remove_prefix(open + 1);
    } else {
      filled.append(text.substr(0, open)).append(value->second);
      text.remove_prefix(close + 1);
    }
  }
  return filled.append(text);
}

void add_parameters(const toml_file::Value& table, Parameters& known,
                    const std::function<void(const toml_file::Value&, const std::string&)>& problem,
                    Known names) {
  if (table.as_table() == nullptr) return problem(table, "parameters must be a table: [parameters]");
  Flat flat;
  flatten(*table.as_table(), "", flat);
  if (names == Known::stay)
    std::erase_if(flat, [&](const auto& entry) { return known.contains(entry.first); });
  for (const auto& [name, value] : flat) {
    if (const auto* text = value->as_string())
      known[name] = *text;
    else if (const auto* number = value->as_integer())
      known[name] = std::to_string(*number);
    else
      problem(*value, concat("the parameter ", name, " must be a text, a whole number or a table of such"));
  }
  for (const auto& [name, value] : flat) {
    if (value->as_string() == nullptr) continue;
    std::string& text = known[name];
    int round = 0;
    for (std::string next = with_parameters(text, known); next != text && round < most_rounds; ++round) {
      text = next;
      next = with_parameters(text, known);
      if (next == text) break;
    }
    if (round == most_rounds || with_parameters(text, known) != text) {
      problem(*value, concat("the parameter ", name, " uses itself, by itself or through others"));
      text.clear();
    }
  }
}

}  // namespace testfarm
