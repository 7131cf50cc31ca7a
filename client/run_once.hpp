// testfarm run: each client of the definition polls once.
#pragma once

#include "base/result.hpp"
#include "client/context.hpp"
#include "client/poll.hpp"

namespace testfarm {

// One look at the repositories, the executions that follow, and everything in the spool sent.
Result<RunReport> run_once(const ClientContext& context, const RunOptions& options);

}  // namespace testfarm
