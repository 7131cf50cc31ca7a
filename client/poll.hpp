// One look at the repositories and what follows from it: which revisions are to be tested, and their
// executions.
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "client/candidates.hpp"
#include "client/session.hpp"

namespace testfarm {

struct RunReport {
  std::uint64_t executions = 0;
  Outcome worst = Outcome::passed;
  bool reported = true;  // everything is acknowledged by the main farm
  std::string waits;     // why nothing was looked at, or nothing begun, though there may be something to test
};

// unavailable where the repositories could not be looked at; that is then told to the farm as trouble.
Result<RunReport> poll_and_run(Session& session, const RunOptions& options);

// Sends what is kept and says that the client is well, without a look at the repositories.
Result<RunReport> report_only(Session& session);

}  // namespace testfarm
