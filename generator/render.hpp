// Templates to HTML: the only file that knows mstch. {{x}} escapes; {{{x}}} does not and is kept for what
// output_html made (tests/lint holds the list of such places).
#pragma once

#include <string>
#include <string_view>

#include "generator/node.hpp"

namespace testfarm {

enum class Template : unsigned char { farm, summary, history, execution };

std::string render(Template which, const Fields& fields);

// Text as it may stand in HTML, in an attribute too. Control characters that HTML does not allow become
// U+FFFD.
std::string escaped(std::string_view text);
void append_escaped(std::string& html, std::string_view text);

}  // namespace testfarm
