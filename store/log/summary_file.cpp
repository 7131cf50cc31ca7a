#include "store/log/summary_file.hpp"
#include "store/summary/summary_codec.hpp"

#include <set>

#include "base/json.hpp"
#include "base/step.hpp"
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
  return line.starts_with(concat("{\"execution\":\"", execution.text(), '"'));
}

}  // namespace

std::string format_summary_line(const ExecutionKey& key, std::uint64_t offset, const Summary& summary) {
  json::Writer writer;
  writer.object().member("execution", key.execution.text()).member("offset", offset).member("closed", true);
  writer.member("summary", encode(summary)).end_object();
  return writer.text() + '\n';
}

Status each_summary_line(const Path& path, const std::function<Status(const SummaryLine&)>& visit) {
  constexpr std::size_t piece_size = 1 << 20;
  const auto file = open_file(path, Open::read);
  if (!file && file.error().kind == ErrorKind::not_found) return {};
  if (!file) return fail(file.error());
  std::set<ExecutionId> seen;
  std::string text;
  for (std::uint64_t offset = 0;;) {
    TRY_SET(const std::string piece, read_at(*file, offset, piece_size, path));
    offset += piece.size();
    text += piece;
    const std::size_t whole = piece.empty() ? text.size() : text.rfind('\n') + 1;
    for (const std::string_view line : split_lines(std::string_view(text).substr(0, whole)))
      if (const auto parsed = parse_line(line); parsed && seen.insert(parsed->execution).second)
        TRY(visit(*parsed));
    if (piece.empty()) return {};
    text.erase(0, whole);
  }
}

Result<std::optional<SummaryLine>> find_summary_line(const Layout& layout, const ExecutionKey& key) {
  TRY_SET(const auto text, read_file_if_there(layout.summaries(key)));
  if (text)
    for (const std::string_view line : split_lines(*text))
      if (may_be_of(line, key.execution))
        if (auto parsed = parse_line(line)) return parsed;
  return std::optional<SummaryLine>{};
}

Result<bool> has_late_summary_line(const Layout& layout, const ExecutionKey& key) {
  constexpr std::uint64_t most = 256 * 1024;
  TRY_SET(const auto tail, read_tail(layout.summaries(key), most));
  if (!tail) return false;
  for (const std::string_view line : split_lines(tail->bytes))
    if (may_be_of(line, key.execution) && parse_line(line)) return true;
  return false;
}

Status append_summary_line(const Layout& layout, const ExecutionKey& key, std::uint64_t offset,
                           const Summary& summary) {
  const Path path = layout.summaries(key);
  TRY_SET(const Fd file, open_file(path, Open::append_create));
  TRY_SET(const FileFacts facts, facts_of(file, path));
  std::string line = format_summary_line(key, offset, summary);
  // TORNLINE: a power loss may have torn the last one.
  if (facts.size > 0 && step(Step::tornline)) {
    TRY_SET(const std::string last, read_at(file, facts.size - 1, 1, path));
    if (last != "\n") line.insert(0, "\n");
  }
  return write_all(file, line, path);
}

Status sync_summaries(const Layout& layout, const ExecutionKey& key) {
  const Path path = layout.summaries(key);
  TRY_SET(const Fd file, open_file(path, Open::append));
  TRY(sync_data(file, path));
  return sync_directory(path.parent_path());
}

}  // namespace testfarm
