// Which pages are due: the one place that says what a page depends on.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/index.hpp"

namespace testfarm {

// In the order in which pages are written: what is linked to before what links.
struct Plan {
  std::vector<ExecutionKey> executions;
  std::set<std::pair<ProjectId, Millis>> months;
  std::set<ProjectId> summaries;
  bool farm = false;
  bool everything = false;
};

// An execution's event concerns its own page; where it changed more than output (its client is due too), also
// the history of its month, its project's summary and the farm's index.
Result<Plan> plan_pages(Index& index, const std::vector<Due>& due);

}  // namespace testfarm
