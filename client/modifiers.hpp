// What is made of a command's output: info, stats and success, by a built-in or by any program of the
// owner's.
#pragma once

#include <string>

#include "base/file.hpp"
#include "base/result.hpp"
#include "client/command_runner.hpp"
#include "client/definition.hpp"
#include "schema/event.hpp"

namespace testfarm {

inline bool needs_output(const CommandDefinition& command) {
  return !command.info.empty() || !command.stats.empty() || !command.success.empty();
}

// Fills info, stats and success of `end` from the output in a file. Programs run where the command left off,
// with its exports, for at most a minute each; one that fails leaves its field empty, and a success that
// cannot be judged is no success.
Status apply_modifiers(const CommandDefinition& command, const Path& output, const ShellState& state,
                       CommandRunner& runner, CommandEnded& end);

}  // namespace testfarm
