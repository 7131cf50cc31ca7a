// Text of others as it may stand in a page.
#pragma once

#include <string>
#include <string_view>

namespace testfarm {

// Text as it may stand in HTML and XML, in an attribute too. Characters that these do not allow become
// U+FFFD, and so do those that reverse the reading order of what follows (U+202A to U+202E, U+2066 to U+2069:
// Unicode TR 36, 3.1).
std::string escaped(std::string_view text);
void append_escaped(std::string& html, std::string_view text);

}  // namespace testfarm
