#include "store/summary_file.hpp"

#include <set>

#include "base/json.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

std::optional<SummaryLine> parse_line(std::string_view line) {
  const auto document = json::Document::parse(line);
  if (!document) return std::nullopt;
  const json::View root = document->root();
  auto execution = ExecutionId::parse(root.text("execution"));
  auto summary = decode_summary(root.text("summary"));
  const std::int64_t offset = root.integer("offset", -1);
  if (!execution || !summary || offset < 0 || !root.flag("closed")) return std::nullopt;
  return SummaryLine{*std::move(execution), static_cast<std::uint64_t>(offset), *std::move(summary)};
}

// A line that begins otherwise need not be parsed to know that it is of another execution.
bool may_be_of(std::string_view line, const ExecutionId& execution) {
  return line.starts_with(cat("{\"execution\":\"", execution.text(), '"'));
}

}  // namespace

std::string format_summary_line(const ExecutionKey& key, std::uint64_t offset, const Summary& summary) {
  json::Writer writer;
  writer.object().member("execution", key.execution.text()).member("offset", offset).member("closed", true);
  writer.member("summary", encode(summary)).end_object();
  return writer.text() + '\n';
}

Result<std::vector<SummaryLine>> read_summary_file(const Path& path) {
  std::vector<SummaryLine> lines;
  TRY_SET(const auto text, read_file_if_there(path));
  if (!text) return lines;
  std::set<ExecutionId> seen;
  for (const std::string_view line : split_lines(*text))
    if (auto parsed = parse_line(line); parsed && seen.insert(parsed->execution).second)
      lines.push_back(*std::move(parsed));
  return lines;
}

Result<std::optional<SummaryLine>> find_summary_line(const Layout& layout, const ExecutionKey& key) {
  TRY_SET(const auto text, read_file_if_there(layout.summaries(key)));
  if (text)
    for (const std::string_view line : split_lines(*text))
      if (may_be_of(line, key.execution))
        if (auto parsed = parse_line(line)) return parsed;
  return std::optional<SummaryLine>{};
}

Status append_summary_line(const Layout& layout, const ExecutionKey& key, std::uint64_t offset,
                           const Summary& summary) {
  const Path path = layout.summaries(key);
  TRY_SET(const Fd file, open_file(path, Open::append_create));
  TRY_SET(const FileFacts facts, facts_of(file, path));
  std::string line = format_summary_line(key, offset, summary);
  if (facts.size > 0) {
    TRY_SET(const std::string last, read_at(file, facts.size - 1, 1, path));
    if (last != "\n") line.insert(0, "\n");
  }
  TRY(write_all(file, line, path));
  TRY(sync_data(file, path));
  return sync_directory(path.parent_path());
}

}  // namespace testfarm
