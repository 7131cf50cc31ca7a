// When a failure's page changes. Twenty tests that failed yesterday and fail today are not twenty pages to be
// made with each execution: what begins or ends there is news, and of what merely goes on each execution
// tells a few, in turns, so that every page is of a few executions ago at most.
#pragma once

#include <string>

#include "analysis/story.hpp"
#include "base/result.hpp"
#include "store/index/index.hpp"

namespace testfarm {

// Failures that were there before, told anew by one execution.
constexpr std::size_t most_retold = 6;

// Whether the page changes with an execution that has the failure; `part`: of its client.
Result<bool> is_news(Index& index, const ClientHistory& part, const std::string& fingerprint,
                     const ExecutionKey& execution);
// When the last news came: what the page says, it says as of then, whenever it is made.
Result<Millis> last_news(Index& index, const Story& story);

}  // namespace testfarm
