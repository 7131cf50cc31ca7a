// Command output to HTML and to plain text, in one pass over the bytes. What becomes of control sequences:
// base/terminal_text.hpp; of characters that HTML does not allow or that reverse the reading order: escaped()
// in generator/html/render.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace testfarm {

struct OutputHtml {
  std::string html;                  // one element a line shown, with an anchor
  std::string first_error;           // plain text of the first line that looks like an error; empty for none
  std::size_t first_error_line = 0;  // from 1
  std::string quoted_html;     // that line and the next ones, for a quotation: links to the lines, no ids
  std::size_t lines = 0;       // in all
  std::size_t shown_from = 1;  // lines before it are not in `html`
  std::size_t cut_lines = 0;   // lines shown in part
};

// Which lines of a long output are shown: the last `most`, and no more than `most_bytes` of text; what comes
// after the first error where `from_error`. Only then an error is looked for.
struct OutputWindow {
  std::size_t most = 100;
  bool from_error = false;
  std::size_t most_bytes = 64 * 1024;
  bool numbered = true;  // without, lines have neither numbers nor anchors
};

constexpr std::size_t most_line_bytes = 2000;  // shown of one line

// `anchor` begins each line's id: "t3c2l" gives t3c2l1, t3c2l2 …
OutputHtml output_html(std::string_view text, std::string_view anchor, const OutputWindow& window);

// Control sequences dropped, nothing else changed but carriage returns.
std::string plain_output(std::string_view text);
void append_plain_output(std::string& to, std::string_view text);

// By the rules of store/summary/first_error.hpp.
bool looks_like_error(std::string_view line);

}  // namespace testfarm
