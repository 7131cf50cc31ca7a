// The face of toml++ (TOML 1.0): a file as a tree of values that know their line, for messages that name it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace testfarm::toml_file {

struct Value;
using Array = std::vector<Value>;
using Table = std::map<std::string, Value, std::less<>>;

struct Value {
  // Dates and times come as their text.
  std::variant<std::string, std::int64_t, double, bool, Array, Table> data;
  std::shared_ptr<const std::string> file;  // as `parse` was told
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  const std::string* as_string() const { return std::get_if<std::string>(&data); }
  const std::int64_t* as_integer() const { return std::get_if<std::int64_t>(&data); }
  const bool* as_bool() const { return std::get_if<bool>(&data); }
  const double* as_double() const { return std::get_if<double>(&data); }
  const Array* as_array() const { return std::get_if<Array>(&data); }
  const Table* as_table() const { return std::get_if<Table>(&data); }

  std::string place() const;  // "file:line:column"
};

// bad_input naming `name`, line and column. `name` is what messages call the text: a file's path.
Result<Value> parse(std::string_view text, std::string_view name);

// `over` laid upon `under`: tables member by member, at any depth; everything else of `over` takes the place.
Value laid_over(const Value& under, const Value& over);

// Reads the members of one table and collects every mistake instead of stopping at the first: wrong kinds,
// values out of range and, at done(), members that nobody asked for.
class Reader {
 public:
  // `problems` outlives the reader and gets one line per mistake: "file:line:column: …".
  Reader(const Value& table, std::vector<std::string>& problems);

  std::string text(std::string_view key, std::string_view otherwise = {});
  std::string required_text(std::string_view key);
  std::int64_t integer(std::string_view key, std::int64_t otherwise, std::int64_t least, std::int64_t most);
  bool flag(std::string_view key, bool otherwise);
  // One of `names`, as its place among them.
  std::size_t choice(std::string_view key, const std::vector<std::string>& names, std::size_t otherwise);
  // Seconds, from "45m", "1h30m" or 0. A number without a unit is a mistake.
  std::int64_t duration(std::string_view key, std::int64_t otherwise);
  // The same for files that a release without that rule has read: a number without a unit is seconds, and a
  // remark.
  std::int64_t duration_or_seconds(std::string_view key, std::int64_t otherwise,
                                   std::vector<std::string>& remarks);
  // Bytes, from "500M", "2G" or a plain number.
  std::uint64_t size(std::string_view key, std::uint64_t otherwise);
  double number(std::string_view key, double otherwise, double least, double most);
  std::vector<std::string> texts(std::string_view key);
  // The same, where a single text may stand without its list.
  std::vector<std::string> text_or_texts(std::string_view key);
  const Value* any(std::string_view key);
  // The tables of [[key]], or of [key].
  std::vector<const Value*> tables(std::string_view key);
  void problem(const Value& at, std::string_view what);
  void done();

 private:
  const Value* find(std::string_view key);
  const Value& value_;
  const Table* table_;
  std::vector<std::string>& problems_;
  std::vector<std::string> asked_;
};

}  // namespace testfarm::toml_file
