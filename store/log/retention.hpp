// What becomes of logs that are finished: packed, and one day gone, with their summary kept.
// Both take only what has a summary line and no marker, and only the holder of generate.lock may.
#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

enum class Kept : std::uint8_t {
  done,     // packed now
  already,  // it was
  not_yet,  // unfinished, without a summary line, or a marker stands
};

// E.jsonl becomes E.jsonl.gz.
Result<Kept> pack_log(const Layout& layout, const ExecutionKey& key);
// The same for many of one client and month, which reads the month's summaries once. Answers how many were
// packed now.
Result<std::uint64_t> pack_logs(const Layout& layout, const std::vector<ExecutionKey>& keys);
// Logs of one client and month, with what was packed or set aside of them, go; the summaries stay. Those that
// are not settled stay. Answers how many went.
Result<std::uint64_t> expire_logs(const Layout& layout, const std::vector<ExecutionKey>& keys, Millis now);

}  // namespace testfarm
