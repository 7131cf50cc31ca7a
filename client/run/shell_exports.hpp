// What carries over from one command of a task to the next, as the shell says it.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace testfarm {

// What `export -p` of a POSIX shell prints, as name → value.
std::map<std::string, std::string> parse_exports(std::string_view text);

}  // namespace testfarm
