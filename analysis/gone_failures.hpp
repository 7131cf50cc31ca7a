// Failures of a project that were seen lately and that nobody has any more.
#pragma once

#include <cstddef>
#include <vector>

#include "analysis/project_state.hpp"
#include "analysis/story.hpp"
#include "base/result.hpp"
#include "store/index/index.hpp"

namespace testfarm {

constexpr std::size_t most_gone = 10;
constexpr Millis gone_within = 14 * day_ms;  // before the project's newest result

struct GoneFailures {
  std::vector<Story> stories;  // none is open; the one seen last comes first
  bool more = false;           // there may be others that were seen in that time
};

// Of the branches that the summary shows.
Result<GoneFailures> gone_failures(Index& index, const ProjectState& project);

// When the newest result of a project began; 0 where there is none.
Millis newest_result(const ProjectState& project);

}  // namespace testfarm
