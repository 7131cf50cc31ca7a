#include "store/expired_list.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace testfarm {
namespace {
constexpr std::uint64_t line_size = 23;  // YYYYMMDD-HHMMSS-xxxxxx and the line end
}

Result<bool> is_expired(const Layout& layout, const ExecutionKey& key) {
  const Path path = layout.expired(key);
  const auto file = open_file(path, Open::read);
  if (!file && file.error().kind == ErrorKind::not_found) return false;
  if (!file) return fail(file.error());
  TRY_SET(const FileFacts facts, facts_of(*file, path));
  std::uint64_t from = 0;
  std::uint64_t to = facts.size / line_size;
  while (from < to) {
    const std::uint64_t middle = from + (to - from) / 2;
    TRY_SET(const std::string line, read_at(*file, middle * line_size, line_size - 1, path));
    if (line == key.execution.text()) return true;
    if (line < key.execution.text())
      from = middle + 1;
    else
      to = middle;
  }
  return false;
}

Status add_expired(const Layout& layout, const std::vector<ExecutionKey>& keys) {
  if (keys.empty()) return {};
  const Path path = layout.expired(keys.front());
  TRY_SET(const auto text, read_file_if_there(path));
  std::set<std::string, std::less<>> names;
  const std::string before = text.value_or("");
  for (const std::string_view line : split_lines(before)) names.emplace(line);
  for (const ExecutionKey& key : keys) names.insert(key.execution.text());
  std::string list;
  for (const auto& name : names) list += name + '\n';
  return replace_file(path, list, Sync::yes);
}

}  // namespace testfarm
