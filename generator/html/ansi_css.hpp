// What the style sheet makes of a terminal's styles (base/terminal_text.hpp).
#pragma once

#include <string>

#include "base/terminal_text.hpp"

namespace testfarm {

// The style's classes in the style sheet, empty for plain text. Text on a coloured ground has the ground's
// own colour.
std::string classes_of(const AnsiStyle& style);

// The rules of the style sheet for the colours 16 to 255: hue as xterm's, lightness such that text has a
// contrast of at least 4.5 (WCAG 2.1, 1.4.3) on the light and on the dark ground of output.
std::string palette_css();

}  // namespace testfarm
