// Templates to HTML: the only file that knows mstch. {{x}} escapes; {{{x}}} does not and is kept for what
// output_html made (tests/lint holds the list of such places).
#pragma once

#include <string>
#include <string_view>

#include "generator/html/fields.hpp"

namespace testfarm {

enum class Template : unsigned char {
  farm,
  summary,
  history,
  client,
  execution,
  failure,
  commits,
  tests,
  test,
  readiness
};

// Where a page's text has this, its own fingerprint goes (stamp_page). No text of others can have it:
// escaping takes it out.
constexpr std::string_view page_stamp = "\x03";
// Names what a rendered page says, so that a script sees when it says something else. Puts the name into the
// page and answers it.
std::string stamp_page(std::string& html);

std::string render(Template which, Fields fields);

// Text as it may stand in HTML, in an attribute too. Control characters that HTML does not allow become
// U+FFFD, and so do those that reverse the reading order of what follows (U+202A to U+202E, U+2066 to U+2069:
// Unicode TR 36, 3.1).
std::string escaped(std::string_view text);
void append_escaped(std::string& html, std::string_view text);

}  // namespace testfarm
