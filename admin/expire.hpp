// testfarm-admin expire: what farm.toml, [retention], says about old logs. Safe beside readers, writers and
// late replays (store/log/retention.hpp).
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/farm_config.hpp"
#include "store/layout.hpp"
#include "store/summary/summary.hpp"

namespace testfarm {

// A log that is there.
struct KeptLog {
  ExecutionKey key;
  Millis started_at = 0;
  Progress progress = Progress::passed;
  std::string branch;
  std::uint64_t bytes = 0;
  bool packed = false;
  bool pinned = false;  // the first or the last of a row of failures
};

// Marks the first and the last of each row of failures of one client, on each branch.
void pin_failures(std::vector<KeptLog>& logs);

// Which of all clients' logs go, in no order.
std::vector<KeptLog> logs_to_expire(std::vector<KeptLog> logs, const Retention& retention, Millis now);

Status expire_farm(const Layout& layout, bool dry_run, const Clock& clock, std::ostream& out);

}  // namespace testfarm
