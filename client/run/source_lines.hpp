// Lines of source code by the suffix of their files.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

// ".cpp" → lines with something on them, of the files below a directory that have a suffix of source code.
// Hidden directories and files with zero bytes in them are left out.
Result<std::map<std::string, std::uint64_t>> source_lines(const Path& directory);

}  // namespace testfarm
