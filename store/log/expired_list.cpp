#include "store/log/expired_list.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace testfarm {
namespace {
constexpr std::uint64_t id_size = 22;    // YYYYMMDD-HHMMSS-xxxxxx
constexpr std::uint64_t line_size = 34;  // and " 2026-11-25\n"
}  // namespace

Result<bool> is_expired(const Layout& layout, const ExecutionKey& key) {
  TRY_SET(const auto day, expired_on(layout, key));
  return day.has_value();
}

Result<std::optional<std::string>> expired_on(const Layout& layout, const ExecutionKey& key) {
  const Path path = layout.expired(key);
  const auto file = open_file(path, Open::read);
  if (!file && file.error().kind == ErrorKind::not_found) return std::optional<std::string>{};
  if (!file) return fail(file.error());
  TRY_SET(const FileFacts facts, facts_of(*file, path));
  std::uint64_t from = 0;
  std::uint64_t to = facts.size / line_size;
  while (from < to) {
    const std::uint64_t middle = from + (to - from) / 2;
    TRY_SET(const std::string line, read_at(*file, middle * line_size, line_size - 1, path));
    const std::string_view id = std::string_view(line).substr(0, id_size);
    if (id == key.execution.text()) return std::optional(line.substr(id_size + 1));
    if (id < key.execution.text())
      from = middle + 1;
    else
      to = middle;
  }
  return std::optional<std::string>{};
}

Status add_expired(const Layout& layout, const std::vector<ExecutionKey>& keys, Millis now) {
  if (keys.empty()) return {};
  const Path path = layout.expired(keys.front());
  TRY_SET(const auto text, read_file_if_there(path));
  std::map<std::string, std::string> days;  // by id; the first day that was said holds
  const std::string before = text.value_or("");
  for (const std::string_view line : split_lines(before))
    if (line.size() + 1 == line_size) days.emplace(line.substr(0, id_size), line.substr(id_size + 1));
  for (const ExecutionKey& key : keys) days.emplace(key.execution.text(), iso_time(now).substr(0, 10));
  std::string list;
  for (const auto& [id, day] : days) list += concat(id, ' ', day, '\n');
  return replace_file(path, list, Sync::yes);
}

}  // namespace testfarm
