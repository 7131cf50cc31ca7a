#include "base/toml.hpp"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "base/text.hpp"

namespace testfarm::toml_file {
namespace {

// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser let the file be (toml++ stops at 256)
Value converted(const toml::node& node, const std::shared_ptr<const std::string>& file) {
  Value value;
  value.file = file;
  value.line = node.source().begin.line;
  value.column = node.source().begin.column;
  if (const auto* table = node.as_table()) {
    Table members;
    for (const auto& [key, member] : *table) members.emplace(std::string(key.str()), converted(member, file));
    value.data = std::move(members);
  } else if (const auto* array = node.as_array()) {
    Array items;
    for (const auto& item : *array) items.push_back(converted(item, file));
    value.data = std::move(items);
  } else if (const auto* text = node.as_string()) {
    value.data = text->get();
  } else if (const auto* integer = node.as_integer()) {
    value.data = integer->get();
  } else if (const auto* number = node.as_floating_point()) {
    value.data = number->get();
  } else if (const auto* flag = node.as_boolean()) {
    value.data = flag->get();
  } else {
    std::ostringstream text_of;
    text_of << toml::node_view<const toml::node>(node);
    value.data = text_of.str();
  }
  return value;
}

}  // namespace

Result<Value> parse(std::string_view text, std::string_view name) {
  const toml::parse_result result = toml::parse(text, name);
  if (!result) {
    const auto& at = result.error().source().begin;
    return fail(ErrorKind::bad_input,
                concat(name, ':', at.line, ':', at.column, ": ", result.error().description()));
  }
  return converted(result.table(), std::make_shared<const std::string>(name));
}

std::string Value::place() const { return concat(file ? *file : "", ':', line, ':', column); }

// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser let the files be
Value laid_over(const Value& under, const Value& over) {
  const Table* low = under.as_table();
  const Table* high = over.as_table();
  if (low == nullptr || high == nullptr) return over;
  Value merged = under;
  auto& members = std::get<Table>(merged.data);
  for (const auto& [key, value] : *high) {
    const auto there = low->find(key);
    members.insert_or_assign(key, there == low->end() ? value : laid_over(there->second, value));
  }
  return merged;
}

Reader::Reader(const Value& table, std::vector<std::string>& problems)
    : value_(table), table_(table.as_table()), problems_(problems) {
  if (table_ == nullptr) problem(table, "a table is wanted here");
}

void Reader::problem(const Value& at, std::string_view what) {
  problems_.push_back(concat(at.place(), ": ", what));
}

const Value* Reader::find(std::string_view key) {
  asked_.emplace_back(key);
  if (table_ == nullptr) return nullptr;
  const auto member = table_->find(key);
  return member == table_->end() ? nullptr : &member->second;
}

const Value* Reader::any(std::string_view key) { return find(key); }

std::string Reader::text(std::string_view key, std::string_view otherwise) {
  const Value* value = find(key);
  if (value == nullptr) return std::string(otherwise);
  if (const auto* text = value->as_string()) return *text;
  problem(*value, concat(key, " must be a text in quotes"));
  return std::string(otherwise);
}

std::string Reader::required_text(std::string_view key) {
  if (table_ != nullptr && !table_->contains(key)) problem(value_, concat(key, " = \"…\" is missing"));
  return text(key);
}

std::int64_t Reader::integer(std::string_view key, std::int64_t otherwise, std::int64_t least,
                             std::int64_t most) {
  const Value* value = find(key);
  if (value == nullptr) return otherwise;
  const auto* number = value->as_integer();
  if (number != nullptr && *number >= least && *number <= most) return *number;
  problem(*value, concat(key, " must be a whole number from ", least, " to ", most));
  return otherwise;
}

bool Reader::flag(std::string_view key, bool otherwise) {
  const Value* value = find(key);
  if (value == nullptr) return otherwise;
  if (const auto* flag = value->as_bool()) return *flag;
  problem(*value, concat(key, " must be true or false"));
  return otherwise;
}

std::size_t Reader::choice(std::string_view key, const std::vector<std::string>& names,
                           std::size_t otherwise) {
  const Value* value = find(key);
  if (value == nullptr) return otherwise;
  const auto* text = value->as_string();
  const auto at = std::find(names.begin(), names.end(), text == nullptr ? "" : *text);
  if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
  const std::string near = text == nullptr ? "" : nearest(*text, names);
  problem(*value,
          concat(key, " must be one of: ", all, near.empty() ? "" : concat("; did you mean ", near, '?')));
  return otherwise;
}

namespace {

// A number of seconds without a unit, as a number or as text; nothing where it is something else.
std::optional<std::int64_t> without_unit(const Value& value) {
  if (const auto* number = value.as_integer(); number != nullptr && *number >= 0) return *number;
  const auto* text = value.as_string();
  const auto number = text == nullptr ? std::nullopt : to_unsigned(*text);
  constexpr std::uint64_t most = 1'000'000'000;
  return number && *number <= most ? std::optional(static_cast<std::int64_t>(*number)) : std::nullopt;
}

std::string unit_is_missing(std::string_view key, std::int64_t seconds) {
  return concat(key, " = ", seconds, " has no unit: ", seconds, " seconds are \"", duration_words(seconds),
                "\", ", seconds, " days \"", seconds, "d\"");
}

}  // namespace

std::int64_t Reader::duration(std::string_view key, std::int64_t otherwise) {
  const Value* value = find(key);
  if (value == nullptr) return otherwise;
  if (const auto* text = value->as_string())
    if (const auto seconds = to_seconds(*text)) return *seconds;
  const auto seconds = without_unit(*value);
  if (seconds && *seconds == 0) return 0;
  problem(*value, seconds ? unit_is_missing(key, *seconds)
                          : concat(key, " must be a duration such as \"90s\", \"45m\", \"1h30m\" or \"2d\""));
  return otherwise;
}

std::int64_t Reader::duration_or_seconds(std::string_view key, std::int64_t otherwise,
                                         std::vector<std::string>& remarks) {
  const Value* value = table_ == nullptr ? nullptr : find(key);
  const auto seconds = value == nullptr ? std::nullopt : without_unit(*value);
  if (!seconds || *seconds == 0) return duration(key, otherwise);
  remarks.push_back(concat(unit_is_missing(key, *seconds), "; it is read as seconds"));
  return *seconds;
}

std::uint64_t Reader::size(std::string_view key, std::uint64_t otherwise) {
  const Value* value = find(key);
  if (value == nullptr) return otherwise;
  if (const auto* number = value->as_integer(); number != nullptr && *number >= 0)
    return static_cast<std::uint64_t>(*number);
  if (const auto* text = value->as_string())
    if (const auto bytes = to_bytes(*text)) return *bytes;
  problem(*value, concat(key, " must be a size such as \"500M\" or \"2G\""));
  return otherwise;
}

double Reader::number(std::string_view key, double otherwise, double least, double most) {
  const Value* value = find(key);
  if (value == nullptr) return otherwise;
  const auto* whole = value->as_integer();
  const auto* real = value->as_double();
  const double number = whole != nullptr ? static_cast<double>(*whole) : real != nullptr ? *real : least - 1;
  if (number >= least && number <= most) return number;
  problem(*value, concat(key, " must be a number from ", least, " to ", most));
  return otherwise;
}

std::vector<std::string> Reader::text_or_texts(std::string_view key) {
  if (table_ != nullptr)
    if (const auto member = table_->find(key);
        member != table_->end() && member->second.as_string() != nullptr)
      return {text(key)};
  return texts(key);
}

std::vector<std::string> Reader::texts(std::string_view key) {
  std::vector<std::string> all;
  const Value* value = find(key);
  if (value == nullptr) return all;
  const auto* items = value->as_array();
  if (items == nullptr) {
    problem(*value, concat(key, " must be a list of texts: [\"…\", \"…\"]"));
    return all;
  }
  for (const Value& item : *items) {
    if (const auto* text = item.as_string())
      all.push_back(*text);
    else
      problem(item, concat("each item of ", key, " must be a text in quotes"));
  }
  return all;
}

std::vector<const Value*> Reader::tables(std::string_view key) {
  std::vector<const Value*> all;
  const Value* value = find(key);
  if (value == nullptr) return all;
  if (value->as_table() != nullptr) return {value};
  if (const auto* items = value->as_array())
    for (const Value& item : *items) all.push_back(&item);
  else
    problem(*value, concat(key, " must be one or more tables: [[", key, "]]"));
  return all;
}

void Reader::done() {
  if (table_ == nullptr) return;
  for (const auto& [key, value] : *table_) {
    if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
    std::string names;
    for (const auto& name : asked_) names += (names.empty() ? "" : ", ") + name;
    const std::string near = nearest(key, asked_);
    problem(value, concat("unknown key ", in_quotes(key),
                          near.empty() ? "; it could be: " + names : concat("; did you mean ", near, '?')));
  }
}

}  // namespace testfarm::toml_file
