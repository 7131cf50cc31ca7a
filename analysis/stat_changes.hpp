// Stats that left their normal range: what a commit made slower, larger, or better.
//
// The rule, after LNT (lnt/server/reporting/analysis.py: nearest of the previous runs, a relative and an
// absolute floor) and CDash (a test's time is judged against what it took, the baseline frozen while it is
// suspect), with median and MAD for a spread, because a single sample an execution is all there is: a value
// is suspect when it is farther from the median of the last 10 than 4 × 1.4826 × their MAD (1.4826: what
// makes a MAD a standard deviation of normal values), and than the stat's relative and absolute floors. The
// baseline stands still while a value is suspect. If the next value is suspect to the same side, the stat has
// moved, at the first of the two, and a new baseline begins there; else it was an outlier, which counts for
// nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "store/farm_config.hpp"

namespace testfarm {

struct SeriesChange {
  std::size_t at = 0;  // number of the value in the series
  double before = 0;   // median of the baseline
  double now = 0;      // median of the two values that confirmed it
};

// What is normal after the last value: from `middle` - `distance` to `middle` + `distance`.
struct NormalRange {
  double middle = 0;
  double distance = 0;
};

// `values`: oldest first. Nothing where too few have come since the last move.
std::optional<NormalRange> normal_range(const std::vector<double>& values, const StatRule& rule);

// `values`: oldest first. Newest move last.
std::vector<SeriesChange> changes_in(const std::vector<double>& values, const StatRule& rule);

// The project's rule for a stat; the default where it has none.
StatRule rule_for(const std::vector<StatRule>& rules, const std::string& stat);

}  // namespace testfarm
