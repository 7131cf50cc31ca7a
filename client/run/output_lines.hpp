// The lines of a command's output, of any size, one after the other.
#pragma once

#include <functional>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

// Each line as a terminal would show it (terminal_lines.hpp).
Status for_each_line(const Path& output, const std::function<void(std::string_view line)>& use);

}  // namespace testfarm
