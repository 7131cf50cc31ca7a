// The lines of a command's output, of any size, one after the other.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

// Each line without its end and without colours; of one of more than 64 KiB its beginning.
Status for_each_line(const Path& output, const std::function<void(std::string_view line)>& use);

// Without the control sequences of a terminal.
std::string without_colours(std::string_view text);

}  // namespace testfarm
