// What is made of a command's output and of the files it wrote: info, stats, success and test results.
#pragma once

#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"
#include "client/definition/definition.hpp"
#include "client/run/command_runner.hpp"
#include "schema/event.hpp"

namespace testfarm {

// Whether a command's output must be kept in a file for its modifiers.
bool needs_output(const CommandDefinition& command);

struct Judged {
  std::string info;
  Stats stats;
  bool success = false;
  std::string reason;  // why not, where the exit status does not tell
  std::vector<TestResult> tests;
};

// What the modifiers of a command that has ended say, from its output in a file. Programs run where the
// command left off, with its exports, for at most a minute each; one that fails leaves its field empty, and a
// success that cannot be judged is no success. Stats of built-ins begin with `task`: "Compile: warnings".
// Files of test results older than `since` (wall clock) are left out: an earlier execution left them.
Result<Judged> judge_command(const CommandDefinition& command, const std::string& task,
                             const CommandResult& result, const Path& output, const ShellState& state,
                             CommandRunner& runner, Millis since);

}  // namespace testfarm
