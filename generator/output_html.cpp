#include "generator/output_html.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"
#include "generator/render.hpp"

namespace testfarm {
namespace {

struct Style {
  int colour = 0;  // 1 to 7 as SGR 31 to 37, 8 for 30 and 90
  bool bold = false;
  bool plain() const { return colour == 0 && !bold; }
};

constexpr char escape = '\x1b';

// The length of the control sequence at the start of `text` (which is at ESC or a C1 control in UTF-8), and
// the parameters if it is SGR.
struct Sequence {
  std::size_t length;
  std::string_view sgr;
  bool is_sgr;
};

Sequence sequence_at(std::string_view text) {
  if (text.size() < 2) return {text.size(), {}, false};
  if (text[1] == '[') {
    const auto end =
        std::find_if(text.begin() + 2, text.end(), [](char c) { return c >= 0x40 && c <= 0x7e; });
    if (end == text.end()) return {text.size(), {}, false};
    const auto length = static_cast<std::size_t>(end - text.begin()) + 1;
    return {length, text.substr(2, length - 3), *end == 'm'};
  }
  if (text[1] == ']' || text[1] == 'P' || text[1] == '^' || text[1] == '_' || text[1] == 'X') {
    // A string up to BEL or ST. One without an end takes no more than its line.
    const auto end = text.find_first_of("\x07\x1b\n", 2);
    if (end == std::string_view::npos) return {text.size(), {}, false};
    if (text[end] == escape && text.substr(end, 2) == "\x1b\\") return {end + 2, {}, false};
    return {text[end] == '\x07' ? end + 1 : end, {}, false};
  }
  return {2, {}, false};
}

void apply_sgr(Style& style, std::string_view parameters) {
  const auto parts = split(parameters, ';');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto code = parts[i].empty() ? 0 : to_unsigned(parts[i]).value_or(999);
    if (code == 0)
      style = {};
    else if (code == 1)
      style.bold = true;
    else if (code == 22)
      style.bold = false;
    else if (code == 39)
      style.colour = 0;
    else if (code == 30 || code == 90)
      style.colour = 8;
    else if ((code > 30 && code <= 37) || (code > 90 && code <= 97))
      style.colour = static_cast<int>(code % 10);
    else if (code == 38 || code == 48)
      i += i + 1 < parts.size() && parts[i + 1] == "2" ? 4U : 2U;
  }
}

// Walks over one line. `on_text` gets runs of plain bytes with their style.
template <typename OnText>
void walk_line(std::string_view line, Style& style, const OnText& on_text) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < line.size();) {
    if (line[i] != escape) {
      ++i;
      continue;
    }
    if (i > start) on_text(line.substr(start, i - start), style);
    const Sequence sequence = sequence_at(line.substr(i));
    if (sequence.is_sgr) apply_sgr(style, sequence.sgr);
    i += std::max<std::size_t>(sequence.length, 1);
    start = i;
  }
  if (start < line.size()) on_text(line.substr(start), style);
}

// What a terminal would show of a line in the end: the text after the last carriage return that has text
// after it.
std::string_view settled(std::string_view line) {
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const auto last = line.rfind('\r');
  return last == std::string_view::npos ? line : line.substr(last + 1);
}

void drop_controls(std::string& text) {
  std::erase_if(text,
                [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

std::string plain_line(std::string_view line) {
  std::string plain;
  Style style;
  walk_line(settled(line), style, [&](std::string_view run, const Style&) { plain += run; });
  drop_controls(plain);
  return plain;
}

void append_line_html(std::string& html, std::string_view line, Style& style) {
  walk_line(settled(line), style, [&](std::string_view run, const Style& now) {
    std::string clean(run);
    drop_controls(clean);
    if (clean.empty()) return;
    if (!now.plain()) {
      html += "<b class=\"";
      if (now.bold) html += now.colour != 0 ? "ab " : "ab";
      if (now.colour != 0) html += cat('a', now.colour);
      html += "\">";
    }
    append_escaped(html, clean);
    if (!now.plain()) html += "</b>";
  });
}

bool has_any(std::string_view line, std::initializer_list<std::string_view> marks) {
  return std::any_of(marks.begin(), marks.end(),
                     [&](std::string_view mark) { return line.find(mark) != std::string_view::npos; });
}

// Says that something failed, but not what: asked only where no line says more.
bool announces_failure(std::string_view line) {
  return has_any(line, {"FAILED", "***Failed", "*** No rule", "Failed", "failed"});
}

struct Lines {
  std::vector<std::string_view> all;
  std::size_t first_error = 0;  // from 1, 0 for none
};

Lines lines_of(std::string_view text) {
  Lines lines{split_lines(text), 0};
  for (std::size_t i = 0; i < lines.all.size() && lines.first_error == 0; ++i)
    if (looks_like_error(plain_line(lines.all[i]))) lines.first_error = i + 1;
  for (std::size_t i = 0; i < lines.all.size() && lines.first_error == 0; ++i)
    if (announces_failure(plain_line(lines.all[i]))) lines.first_error = i + 1;
  return lines;
}

void append_numbered(std::string& html, std::string_view line, std::string_view anchor, std::size_t number,
                     bool with_id, bool is_error, Style& style) {
  html += "<span";
  if (with_id) html += cat(" id=\"", anchor, number, '"');
  if (is_error) html += " class=\"err\"";
  html += cat("><a href=\"#", anchor, number, "\">", number, "</a>");
  append_line_html(html, line, style);
  html += "\n</span>";
}

constexpr std::size_t most_after_error = 1000;
constexpr std::size_t before_error = 10;

}  // namespace

// Rules of thumb that hold for gcc, clang, ld, cmake, Boost.Test, pytest, git and sh.
bool looks_like_error(std::string_view line) {
  return has_any(line, {"error:", "Error:", "ERROR:", "CMake Error", "undefined reference to",
                        "fatal:", "Assertion ", "Traceback (most recent call last)", "command not found",
                        ": not found", "No such file or directory"});
}

OutputHtml output_html(std::string_view text, std::string_view anchor, const OutputWindow& window) {
  const Lines lines = lines_of(text);
  OutputHtml output;
  output.lines = lines.all.size();
  output.first_error_line = lines.first_error;
  if (lines.first_error > 0) output.first_error = plain_line(lines.all[lines.first_error - 1]);
  std::size_t from = output.lines > window.most ? output.lines - window.most + 1 : 1;
  if (window.from_error && lines.first_error > 0 && lines.first_error < from + before_error &&
      output.lines - lines.first_error < most_after_error)
    from = lines.first_error > before_error ? lines.first_error - before_error : 1;
  output.shown_from = from;
  Style style;
  for (std::size_t i = from; i <= output.lines; ++i)
    append_numbered(output.html, lines.all[i - 1], anchor, i, true, i == lines.first_error, style);
  return output;
}

std::string quoted_lines(std::string_view text, std::string_view anchor, std::size_t line,
                         std::size_t count) {
  const auto lines = split_lines(text);
  std::string html;
  Style style;
  for (std::size_t i = line; i < line + count && i <= lines.size(); ++i)
    append_numbered(html, lines[i - 1], anchor, i, false, false, style);
  return html;
}

std::string plain_output(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (const std::string_view line : split_lines(text)) plain += plain_line(line) + '\n';
  return plain;
}

}  // namespace testfarm
