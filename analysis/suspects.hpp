// Which commits may have broken what: of one client those between the last execution that did not have the
// failure and the first that had it, as the changelogs of the executions in between tell them; of several
// clients with the same failure those that all of these share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/index/index.hpp"

namespace testfarm {

struct Range {
  std::vector<Commit> commits;  // newest first
  bool known = false;           // there is a good execution to count from
  bool complete = false;        // all commits in between were told; else the culprit may be none of these
};

// A longer range names nobody.
constexpr std::size_t most_suspects = 500;

// The commits after `good` up to `bad`, both executions of one client on one branch.
Result<Range> range_between(Index& index, const ExecutionHeader& good, const Occurrence& bad, Millis known);

// What the ranges share. The first is of whom it is about; one that shares nothing with what is left so far
// is of another cause and does not count. `used`, if wanted: how many counted.
Range shared(const std::vector<Range>& ranges, std::size_t* used = nullptr);
bool overlap(const Range& a, const Range& b);

}  // namespace testfarm
