// What a client has sent today (UTC): the file `usage` beside its state, one line of fixed length, replaced
// in place. It serves the limits of a day and nothing else: unsynced, and a process killed after its answer
// leaves that request uncounted.
#pragma once

#include <cstdint>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct Usage {
  std::uint64_t bytes = 0;       // of log frames
  std::uint64_t executions = 0;  // begun
};

// Zeros where nothing was counted today yet.
Result<Usage> usage_of_day(const Layout& layout, const ClientKey& client, Millis now);
// Answers the new sums.
Result<Usage> add_usage(const Layout& layout, const ClientKey& client, Millis now, const Usage& more);

}  // namespace testfarm
