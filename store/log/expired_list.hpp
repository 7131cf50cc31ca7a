// MONTH/expired: the executions of a client's month whose logs have expired, sorted, a line of 34 bytes each:
// the id and the day on which it expired. An endpoint that finds no log asks here whether there was one, at
// the cost of some short reads however many there are; only where it was does it read the summaries. A list
// is durable before the first log on it goes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

Result<bool> is_expired(const Layout& layout, const ExecutionKey& key);
// "2026-11-25"; nothing where the log is none that has expired.
Result<std::optional<std::string>> expired_on(const Layout& layout, const ExecutionKey& key);

// Adds executions of one client and month, as expired now. Only the holder of generate.lock may.
Status add_expired(const Layout& layout, const std::vector<ExecutionKey>& keys, Millis now);

}  // namespace testfarm
