// testfarm-admin simulate: fills a project with clients and executions that never happened, through the same
// store functions as the real ones, as fast as the disk takes them.
#pragma once

#include <iosfwd>
#include <random>
#include <string>
#include <vector>

#include "admin/made_up/fiction.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct SimulateOptions {
  FictionShape shape;
  std::uint64_t clients = 5;
  std::uint64_t executions = 100;  // of each client
  std::string client;              // this one instead of made-up names
  Millis until = 0;                // when the last execution was; 0 for now
  Millis every = 4 * hour_ms;      // between two executions of a client
  std::size_t commits = 120;
  std::uint64_t running = 0;    // so many clients are still at their newest execution
  bool only_summaries = false;  // as if every log had expired
};

// Shared with admin/made_up/planted.hpp. An id that depends on time and dice alone, so that the same seed
// makes the same farm; and an execution as its client would have sent it.
Result<ExecutionId> fiction_id(Millis at, std::mt19937_64& dice);
// `delay`: how much later than it ran all of it was reported.
Status put_fiction(const Layout& layout, const ExecutionKey& key, const std::vector<Event>& events,
                   Millis started, Millis delay = 0);

Status simulate(const Layout& layout, const ProjectId& project, const SimulateOptions& options,
                const Clock& clock, std::ostream& out);

}  // namespace testfarm
