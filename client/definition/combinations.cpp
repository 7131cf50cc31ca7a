#include "client/definition/combinations.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace testfarm {
namespace {

using toml_file::Array;
using toml_file::Table;
using toml_file::Value;

constexpr std::size_t most_combinations = 256;  // before some are excluded

using Combination = std::vector<AxisValue>;

struct Axis {
  std::string name;
  std::vector<AxisValue> values;
};

std::optional<std::string> word_of(const Value& value) {
  if (const auto* text = value.as_string()) return *text;
  if (const auto* number = value.as_integer()) return std::to_string(*number);
  return std::nullopt;
}

const AxisValue* value_named(const Axis& axis, const Value& value) {
  const auto word = word_of(value);
  for (const AxisValue& one : axis.values)
    if (word && one.name == *word) return &one;
  return nullptr;
}

bool same_names(const Combination& one, const Combination& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](const AxisValue& a, const AxisValue& b) { return a.name == b.name; });
}

class MatrixReader {
 public:
  MatrixReader(const Value& matrix, std::vector<std::string>& problems)
      : matrix_(matrix), problems_(problems) {}

  Combinations read(const std::vector<std::string>& order) {
    const std::size_t before = problems_.size();
    const auto right = [&] { return problems_.size() == before; };
    Combinations read;
    read_axes(order);
    for (const Axis& axis : axes_) read.axes.push_back(axis.name);
    if (right()) read.all = product();
    if (right()) exclude(read.all);
    if (right()) include(read.all);
    if (right() && read.all.empty()) problem(matrix_, "[matrix] leaves nothing: everything is excluded");
    if (!right()) read.all.clear();
    return read;
  }

 private:
  void problem(const Value& at, std::string_view what) {
    problems_.push_back(concat(at.place(), ": ", what));
  }

  void read_axes(const std::vector<std::string>& order) {
    const Table* members = matrix_.as_table();
    if (members == nullptr) return problem(matrix_, "matrix must be a table: [matrix]");
    std::vector<std::string> names;
    for (const std::string& name : order)
      if (members->contains(name)) names.push_back(name);
    for (const auto& [name, value] : *members)
      if (name != "include" && name != "exclude" &&
          std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
    for (const std::string& name : names) {
      const std::string meant = name.size() < 4 ? "" : nearest(name, {"include", "exclude"});
      if (meant.empty())
        axes_.push_back({name, read_values(name, members->at(name))});
      else
        problem(members->at(name),
                concat("[matrix] has no ", in_quotes(name), "; did you mean ", meant, "?"));
    }
    if (axes_.empty())
      problem(matrix_, "[matrix] has no values; for instance: compiler = [\"gcc\", \"clang\"]");
  }

  std::vector<AxisValue> read_values(const std::string& axis, const Value& value) {
    std::vector<AxisValue> values;
    const Array* list = value.as_array();
    if (list == nullptr || list->empty())
      problem(value, concat(axis, " must be a list of values: ", axis,
                            " = [\"…\", \"…\"]; what is of the whole file stands above [matrix]"));
    for (const Value& entry : list == nullptr ? Array() : *list) {
      auto one = read_value(axis, entry);
      if (!one) continue;
      for (const AxisValue& other : values)
        if (slug_of(other.name) == slug_of(one->name))
          problem(entry, concat(in_quotes(other.name), " and ", in_quotes(one->name), " of ", axis,
                                " would be the same in a client's name; call one { name = \"…\" }"));
      if (!values.empty()) check_members(axis, values.front(), *one);
      values.push_back(*std::move(one));
    }
    return values;
  }

  std::optional<AxisValue> read_value(const std::string& axis, const Value& entry) {
    AxisValue one{.name = word_of(entry).value_or(""), .members = {}, .at = entry};
    if (const Table* table = entry.as_table()) {
      for (const auto& [name, member] : *table)
        if (const auto word = word_of(member))
          one.members[name] = *word;
        else
          problem(member, concat(name, " of ", axis, " must be a text or a whole number"));
      one.name = one.members["name"];
    }
    if (!slug_of(one.name).empty()) return one;
    problem(entry,
            concat("a value of ", axis,
                   " must be a text with letters or digits, a whole number, or a table that has such a "
                   "name: { name = \"gcc\", cxx = \"g++\" }"));
    return std::nullopt;
  }

  // {compiler.cxx} would stay as it is in the commands of a value that has no cxx.
  void check_members(const std::string& axis, const AxisValue& first, const AxisValue& one) {
    const auto compare = [&](const AxisValue& some, const AxisValue& other) {
      for (const auto& [name, text] : some.members)
        if (name != "name" && !other.members.contains(name))
          problem(other.at, concat(in_quotes(other.name), " of ", axis, " has no ", name, ", which ",
                                   in_quotes(some.name), " has"));
    };
    compare(first, one);
    compare(one, first);
  }

  std::vector<Combination> product() {
    std::vector<Combination> all{{}};
    for (const Axis& axis : axes_) {
      if (all.size() * axis.values.size() > most_combinations) {
        problem(matrix_, concat("[matrix] has more than ", most_combinations, " combinations"));
        return {};
      }
      std::vector<Combination> longer;
      for (const Combination& combination : all)
        for (const AxisValue& value : axis.values) {
          longer.push_back(combination);
          longer.back().push_back(value);
        }
      all = std::move(longer);
    }
    return all;
  }

  // The tables of a list of tables, each with axes of this matrix.
  std::vector<const Value*> entries(std::string_view key) {
    std::vector<const Value*> tables;
    const auto found = matrix_.as_table()->find(key);
    if (found == matrix_.as_table()->end()) return tables;
    const Array* list = found->second.as_array();
    if (list == nullptr) {
      problem(found->second, concat(key, " must be a list: ", key, " = [{ … }, { … }]"));
      return tables;
    }
    for (const Value& entry : *list)
      if (entry.as_table() == nullptr || entry.as_table()->empty())
        problem(entry, concat("each part of ", key, " must be a table that names values: { ", axes_[0].name,
                              " = \"", axes_[0].values[0].name, "\" }"));
      else if (has_axes_only(entry))
        tables.push_back(&entry);
    return tables;
  }

  bool has_axes_only(const Value& entry) {
    std::vector<std::string> names;
    for (const Axis& axis : axes_) names.push_back(axis.name);
    bool only = true;
    for (const auto& [name, value] : *entry.as_table()) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      only = false;
      const std::string meant = nearest(name, names);
      problem(value, concat("[matrix] has no ", in_quotes(name),
                            meant.empty() ? "" : "; did you mean " + meant + "?"));
    }
    return only;
  }

  void exclude(std::vector<Combination>& all) {
    for (const Value* entry : entries("exclude")) {
      const Table& wanted = *entry->as_table();
      for (const Axis& axis : axes_)
        if (const auto found = wanted.find(axis.name);
            found != wanted.end() && value_named(axis, found->second) == nullptr)
          problem(found->second, concat(axis.name, " has no such value"));
      std::erase_if(all, [&](const Combination& combination) {
        for (std::size_t i = 0; i < axes_.size(); ++i)
          if (const auto found = wanted.find(axes_[i].name);
              found != wanted.end() && word_of(found->second) != combination[i].name)
            return false;
        return true;
      });
    }
  }

  void include(std::vector<Combination>& all) {
    for (const Value* entry : entries("include")) {
      Combination combination;
      for (const Axis& axis : axes_) {
        const auto found = entry->as_table()->find(axis.name);
        if (found == entry->as_table()->end())
          problem(*entry, concat("this include names no ", axis.name));
        else if (auto value = included_value(axis, found->second))
          combination.push_back(*std::move(value));
      }
      if (std::any_of(all.begin(), all.end(),
                      [&](const Combination& other) { return same_names(combination, other); }))
        problem(*entry, "this include is one of the combinations already");
      all.push_back(std::move(combination));
    }
  }

  // One of the axis, by its name; or one that is only here.
  std::optional<AxisValue> included_value(const Axis& axis, const Value& value) {
    if (const AxisValue* known = value_named(axis, value)) return *known;
    auto one = read_value(axis.name, value);
    if (one) check_members(axis.name, axis.values.front(), *one);
    return one;
  }

  const Value& matrix_;
  std::vector<std::string>& problems_;
  std::vector<Axis> axes_;
};

}  // namespace

std::string slug_of(std::string_view text) {
  std::string slug;
  for (const char c : to_lower(text)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (plain)
      slug += c;
    else if (!slug.empty() && slug.back() != '-')
      slug += '-';
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug;
}

Combinations read_combinations(const Value& matrix, const std::vector<std::string>& order,
                               std::vector<std::string>& problems) {
  return MatrixReader(matrix, problems).read(order);
}

}  // namespace testfarm
