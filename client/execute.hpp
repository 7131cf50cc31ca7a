// One candidate: its revisions checked out, its tasks run.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "client/candidates.hpp"
#include "client/definition/definition.hpp"
#include "client/run/execution.hpp"
#include "client/session.hpp"

namespace testfarm {

// `definition` is the session's, or a part of it for a trial; of tasks that come with the revision only
// those of these names run, or all where there are no names. Errors as run_execution has them.
Result<Outcome> execute(Session& session, const Definition& definition, ExecutionStarted start,
                        const Candidate& candidate, const std::vector<std::string>& tasks,
                        const EventSink& sink);

}  // namespace testfarm
