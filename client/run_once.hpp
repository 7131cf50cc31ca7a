// testfarm run: each client of the definition polls once.
#pragma once

#include <functional>
#include <vector>

#include "base/result.hpp"
#include "client/context.hpp"
#include "client/poll.hpp"

namespace testfarm {

// One look at the repositories, the executions that follow, and everything in the spool sent.
Result<RunReport> run_once(const ClientContext& context, const RunOptions& options);

// `run` for each of them, in their order, until somebody wants to stop. Of several, one that cannot is said
// and counts as trouble, and the others have theirs all the same.
Result<RunReport> run_each(const ClientContext& context, const std::vector<Definition>& definitions,
                           const std::function<Result<RunReport>(const Definition&)>& run);

}  // namespace testfarm
