// A statement that goes on beside others: SystemCommandRunner::start.
#pragma once

#include <memory>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "client/run/command_runner.hpp"

namespace testfarm {

// Its stdout and stderr go to the file `output`. `reaps`: when it has ended, so do those
// who left its group. An error where it cannot be started.
Result<std::unique_ptr<RunningStatement>> start_statement(const Clock& clock, const Statement& statement,
                                                          const ShellState& state, const Path& output,
                                                          bool low_priority, bool reaps);

}  // namespace testfarm
