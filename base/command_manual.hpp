// The manual page and the shell completion of a program, out of the definitions of its commands. For
// command_line.cpp.
#pragma once

#include <string>

namespace testfarm {

// `app` is a CLI::App. man(7) macros, section 1.
std::string manual_of(const void* app);
// A script for bash-completion: commands, and the options of each.
std::string completion_of(const void* app);

}  // namespace testfarm
