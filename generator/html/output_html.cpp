#include "generator/html/output_html.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "generator/html/ansi_css.hpp"
#include "generator/html/escape.hpp"
#include "generator/html/render.hpp"
#include "store/summary/first_error.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_after_error = 1000;
constexpr std::size_t before_error = 10;
constexpr std::size_t lines_quoted = 3;

void append_run(std::string& html, std::string_view run, const AnsiStyle& style) {
  const std::string classes = style == AnsiStyle{} ? std::string() : classes_of(style);
  if (!classes.empty()) html += concat("<b class=\"", classes, "\">");
  append_escaped(html, run);
  if (!classes.empty()) html += "</b>";
}

// Whether all of it was shown.
bool append_line_html(std::string& html, std::string_view line, AnsiStyle& style) {
  std::string_view rest = settled(line, style);
  std::size_t room = most_line_bytes;
  std::size_t hidden = 0;
  for (std::string_view run = next_run(rest, style); !run.empty(); run = next_run(rest, style)) {
    const std::string_view shown = run.size() <= room ? run : utf8_prefix(run, room);
    if (!shown.empty()) append_run(html, shown, style);
    room -= shown.size();
    if (shown.size() < run.size()) room = 0;
    hidden += run.size() - shown.size();
  }
  if (hidden > 0) html += concat("<i>… ", hidden, " bytes more</i>");
  return hidden == 0;
}

bool announces_failure(std::string_view line) { return rank_of(line) == ErrorRank::announced; }

// From 1; 0 where there is none.
std::size_t find_error(const std::vector<std::string_view>& lines, bool (*is_one)(std::string_view)) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view start = lines[i].substr(0, 4 * most_line_bytes);
    if (is_plain(start) ? is_one(start) : is_one(plain_line(start))) return i + 1;
  }
  return 0;
}

void append_line(std::string& html, std::string_view line, OutputHtml& output, AnsiStyle& style) {
  if (line.size() <= most_line_bytes && style == AnsiStyle{} && is_plain(line))
    append_escaped(html, line);
  else if (!append_line_html(html, line, style))
    ++output.cut_lines;
  html += "\n</span>";
}

void append_numbered(std::string& html, std::string_view line, std::string_view anchor, std::size_t number,
                     std::string_view opening, OutputHtml& output, AnsiStyle& style) {
  const std::string at = std::to_string(number);
  html += opening;
  html += "<a href=\"#";
  html += anchor;
  html += at;
  html += "\">";
  html += at;
  html += "</a>";
  append_line(html, line, output, style);
}

// The first line that is shown.
std::size_t window_start(const std::vector<std::string_view>& lines, std::size_t first_error,
                         const OutputWindow& window) {
  std::size_t from = lines.size() + 1;
  const auto cost = [&](std::size_t line) { return std::min(lines[line - 1].size(), most_line_bytes) + 40; };
  std::size_t bytes = 0;
  while (from > 1 && lines.size() - from + 1 < window.most && (bytes += cost(from - 1)) <= window.most_bytes)
    --from;
  if (from > lines.size() && !lines.empty()) from = lines.size();
  if (first_error == 0 || first_error >= from + before_error ||
      lines.size() - first_error >= most_after_error)
    return from;
  const std::size_t wanted = first_error > before_error ? first_error - before_error : 1;
  while (from > wanted && bytes <= 2 * window.most_bytes) bytes += cost(--from);
  return from;
}

}  // namespace

bool looks_like_error(std::string_view line) { return rank_of(line) == ErrorRank::said; }

OutputHtml output_html(std::string_view text, std::string_view anchor, const OutputWindow& window) {
  const auto lines = split_lines(text);
  OutputHtml output;
  output.lines = lines.size();
  if (window.from_error) {
    output.first_error_line = find_error(lines, looks_like_error);
    if (output.first_error_line == 0) output.first_error_line = find_error(lines, announces_failure);
    if (output.first_error_line > 0)
      output.first_error = plain_line(utf8_prefix(lines[output.first_error_line - 1], most_line_bytes));
  }
  output.shown_from = window_start(lines, output.first_error_line, window);
  AnsiStyle style;
  for (std::size_t i = 1; i < output.shown_from; ++i)
    if (std::string_view rest = lines[i - 1]; rest.find('\x1b') != std::string_view::npos)
      while (!next_run(rest, style).empty()) {
      }
  // An error too far up to be shown in its place is quoted all the same.
  if (output.first_error_line > 0 && output.first_error_line < output.shown_from)
    append_numbered(output.quoted_html, lines[output.first_error_line - 1], anchor, output.first_error_line,
                    "<span>", output, style);
  output.html.reserve(2 * std::min(text.size(), window.most_bytes));
  for (std::size_t i = output.shown_from; i <= lines.size(); ++i) {
    if (!window.numbered) {
      output.html += i == output.first_error_line ? "<span class=\"err\">" : "<span>";
      append_line(output.html, lines[i - 1], output, style);
      continue;
    }
    if (output.first_error_line > 0 && i == output.first_error_line) {
      AnsiStyle quoted = style;
      for (std::size_t q = i; q < i + lines_quoted && q <= lines.size(); ++q)
        append_numbered(output.quoted_html, lines[q - 1], anchor, q, "<span>", output, quoted);
    }
    append_numbered(
        output.html, lines[i - 1], anchor, i,
        concat("<span id=\"", anchor, i, i == output.first_error_line ? "\" class=\"err\">" : "\">"), output,
        style);
  }
  return output;
}

void append_plain_output(std::string& to, std::string_view text) {
  for (const std::string_view line : split_lines(text)) {
    if (is_plain(line))
      to += line;
    else
      to += plain_line(line);
    to += '\n';
  }
}

std::string plain_output(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  append_plain_output(plain, text);
  return plain;
}

}  // namespace testfarm
