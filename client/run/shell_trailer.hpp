// How a statement's shell tells where it ended: its directory and its exports, whatever the statement does
// with traps, options, descriptors and exit.
#pragma once

#include <string>
#include <string_view>

#include "client/run/command_runner.hpp"

namespace testfarm {

// The statement for `sh -c`. When its shell ends it writes to `path`, which nobody else knows. A trap of the
// statement's own for EXIT runs as well, before it. The statement begins on the second line, as far as the
// shell counts.
std::string with_trailer(const std::string& line, const std::string& path);

// What the shell has written, taken over into `state`; nothing where it is unfinished. What was set for this
// statement only does not carry over, unless the statement set it anew.
void apply_trailer(std::string_view told, const Statement& statement, ShellState& state);

}  // namespace testfarm
