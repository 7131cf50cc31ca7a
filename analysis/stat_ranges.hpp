// Which commits may have moved a stat: of one client those between the last run with the old value and the
// first with the new one; of several clients with the same move those that all of these share.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/stat_changes.hpp"
#include "analysis/suspects.hpp"
#include "base/result.hpp"
#include "store/index/index.hpp"

namespace testfarm {

// A stat that left its normal range, as of a client's last executions on a branch.
struct StatChange {
  std::string stat;
  std::string branch;
  ExecutionHeader good;       // the last with the old value
  ExecutionHeader execution;  // the first with the new one
  double before = 0, now = 0;
  Better better = Better::neither;  // what is wanted of it
  Range suspects;                   // shared by `ranges` clients
  std::size_t ranges = 0;
  bool worse() const {
    return better == Better::smaller ? now > before : better == Better::bigger && now < before;
  }
  bool improved() const { return better != Better::neither && !worse(); }
};

constexpr std::size_t judged_for_stat_changes = 60;

// Of one client and branch, newest first; suspects are still to be asked for. A move is judged by the
// runs that passed; where a run in between failed and has the stat all the same, its value narrows the range
// if it is clearly an old or a new one.
std::vector<StatChange> stat_changes(const std::vector<MeasuredExecution>& executions,
                                     const std::vector<StatRule>& rules);

// Fills in the suspects: moves of one stat and branch to the same side, whose ranges overlap, are one.
Status share_stat_ranges(Index& index, const std::vector<std::vector<StatChange>*>& clients);

}  // namespace testfarm
