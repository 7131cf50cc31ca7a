// Command output to HTML and to plain text, in one pass over the bytes.
//
// Kept: SGR colours 30-37 and 90-97 and bold (ECMA-48, 8.3.117), as classes of the style sheet. A carriage
// return within a line starts the line anew, as progress displays mean it. Everything else that a terminal
// would obey (cursor movement, titles, other control sequences) is dropped.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace testfarm {

struct OutputHtml {
  std::string html;                  // one element a line shown, with an anchor
  std::string first_error;           // plain text of the first line that looks like an error; empty for none
  std::size_t first_error_line = 0;  // from 1
  std::size_t lines = 0;             // in all
  std::size_t shown_from = 1;        // lines before it are not in `html`
};

// Which lines of a long output are shown: the last `most`, and what comes after the first error if
// `from_error`.
struct OutputWindow {
  std::size_t most = 100;
  bool from_error = false;
};

// `anchor` begins each line's id: "t3c2l" gives t3c2l1, t3c2l2 …
OutputHtml output_html(std::string_view text, std::string_view anchor, const OutputWindow& window);

// Control sequences dropped, nothing else changed but carriage returns.
std::string plain_output(std::string_view text);

// The same lines as html around a line, for a quotation: at most `count` lines from `line` on, without
// anchors' ids.
std::string quoted_lines(std::string_view text, std::string_view anchor, std::size_t line, std::size_t count);

bool looks_like_error(std::string_view line);

}  // namespace testfarm
