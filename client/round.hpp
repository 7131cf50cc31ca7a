// One look at the repositories and what follows from it: which revisions are to be tested, and their
// executions.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "client/session.hpp"

namespace testfarm {

struct RunOptions {
  bool force = false;              // run also where nothing changed
  std::string branch;              // only this one; empty: all
  std::string revision;            // of the first repository instead of what is newest
  std::vector<std::string> tasks;  // only these: a trial that is not reported
};

struct RunReport {
  std::uint64_t executions = 0;
  Outcome worst = Outcome::passed;
  bool reported = true;  // everything is acknowledged by the main farm
};

// unavailable where the repositories could not be looked at; that is then told to the farm as trouble.
Result<RunReport> look_and_run(Session& session, const RunOptions& options);

// Why not now: the hours, the load, the disk. Empty: nothing is against it.
std::string reason_to_wait(const Schedule& schedule, const Path& sandbox, const Clock& clock);

}  // namespace testfarm
