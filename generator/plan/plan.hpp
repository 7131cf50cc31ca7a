// Which pages are due: the one place that says what a page depends on.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "generator/plan/page.hpp"

namespace testfarm {

// What a change concerns:
//   output     what the execution says just now
//   command    its page too
//   task       and its client's page and its project's summary, which say what runs
//   execution  and every list that it is on, the failures that it has or no longer has, the open failures,
//   the
//              tests whose verdict changed; the pages beside it where it is the first of its day or month,
//              the executions before and after it, which name it; three files for the search
//   client     its page, its project's, the farm's and the readiness
//   project    its lists
Result<std::vector<Page>> pages_of(Index& index, const Due& change);

// A walk over all executions, newest first, writes with each execution its own page and those of which it is
// the oldest entry: then everything that they link to is there. `older`: when the next one of the walk began,
// -1 where there is none.
Result<std::vector<Page>> pages_closed_by(Index& index, const ExecutionHeader& execution, Millis older);
}  // namespace testfarm
