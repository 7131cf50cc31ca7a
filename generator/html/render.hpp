// Templates to HTML: the only file that knows mstch. {{x}} escapes; {{{x}}} does not and is kept for what
// output_html made (tests/lint holds the list of such places).
#pragma once

#include <string>
#include <string_view>

#include "generator/html/fields.hpp"
#include "generator/html/templates.hpp"

namespace testfarm {

// Where a page's text has this, its own fingerprint goes (stamp_page). No text of others can have it:
// escaping takes it out.
constexpr std::string_view page_stamp = "\x03";
// Names what a rendered page says, so that a script sees when it says something else. Puts the name into the
// page and answers it.
std::string stamp_page(std::string& html);

std::string render(Template which, Fields fields);

}  // namespace testfarm
