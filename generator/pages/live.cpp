#include "generator/pages/live.hpp"

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "generator/html/output_html.hpp"
#include "generator/site/paths.hpp"
#include "schema/codec.hpp"

namespace testfarm {
namespace {

constexpr std::uint64_t most_of_log = 96 * 1024;
constexpr std::size_t most_lines = 200;
constexpr std::size_t most_html = 24 * 1024;

// Takes what belongs to the newest command that it hears of.
struct Listen {
  LiveTail& tail;
  void operator()(const CommandStarted&) const { tail = {{}, true}; }
  void operator()(const CommandEnded&) const { tail = {}; }
  void operator()(const Output& event) const {
    if (event.omitted > 0) tail = {};
    tail.text += event.text;
  }
  template <typename Other>
  void operator()(const Other&) const {}
};

std::string_view last_lines(std::string_view text, std::size_t most) {
  std::size_t at = text.size();
  for (std::size_t lines = 0; lines <= most && at != 0 && at != std::string_view::npos; ++lines)
    at = text.rfind('\n', at - 1);
  return at == std::string_view::npos || at == 0 ? text : text.substr(at + 1);
}

}  // namespace

Result<LiveTail> read_live_tail(const Layout& layout, const ExecutionKey& key) {
  LiveTail tail;
  TRY_SET(const auto end, read_tail(layout.log(key), most_of_log));
  if (!end) return tail;
  std::string_view text = end->bytes;
  if (end->from > 0) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  for (const std::string_view line : split_lines(text))
    if (!line.starts_with('#'))
      if (const auto event = decode_event(line)) std::visit(Listen{tail}, event->body);
  return tail;
}

std::string page_state(const Summary& summary) {
  return concat(summary.tasks.size(), '.', summary.tasks.empty() ? 0 : summary.tasks.back().commands,
                summary.running_line.empty() ? "e" : "r",
                summary.tests_passed + summary.tests_failed + summary.tests_skipped);
}

std::string live_json(const Summary& summary, const LiveTail& tail) {
  OutputWindow window{.most = most_lines, .from_error = false, .most_bytes = most_html};
  window.numbered = false;
  json::Writer json;
  json.object()
      .member("version", 1)
      .member("page", page_state(summary))
      .member("heard_at", iso_time(summary.heard_at));
  json.member("task", summary.tasks.empty() ? std::string() : summary.tasks.back().name);
  json.member("command", summary.running_line);
  json.member("html", output_html(tail.text, {}, window).html).end_object();
  return json.text() + '\n';
}

std::string live_text(const Summary& summary, const LiveTail& tail) {
  std::string text;
  if (!summary.running_line.empty()) text = concat("$ ", plain_output(summary.running_line));
  append_plain_output(text, last_lines(tail.text, most_lines));
  return text;
}

Status write_live(PageContext& context, const ExecutionKey& key) {
  TRY_SET(const auto row, context.index().execution_in_short(key));
  const std::string json = in_client(key.owner, live_file(key.execution));
  const std::string text = in_client(key.owner, live_text_file(key.execution));
  if (!row || row->summary.ended()) {
    TRY(context.site().remove(json));
    return context.site().remove(text);
  }
  TRY_SET(const LiveTail tail, read_live_tail(context.layout(), key));
  TRY(context.site().put(text, live_text(row->summary, tail)));
  return context.site().put(json, live_json(row->summary, tail));
}

}  // namespace testfarm
