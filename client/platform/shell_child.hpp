// A shell as a child process, in a session of its own.
#pragma once

#include <string>

#include "base/result.hpp"
#include "client/run/command_runner.hpp"

namespace testfarm {

struct ShellChild {
  const Statement& statement;
  const ShellState& state;
  std::string told;  // where the shell writes its state at its end; empty: nowhere
  int input = -1;    // descriptors of its stdin, and of stdout and stderr
  int output = -1;
  bool low_priority = false;
};

// Its process id, which is that of its session and group, too. It is killed when this process dies, and no
// orphan until forget_child (client/platform/descendants.hpp).
Result<int> start_shell(const ShellChild& child);

}  // namespace testfarm
