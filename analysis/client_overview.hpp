// How one client stands: on each of its branches what it came to last and before, what it is at just now, its
// stats. A number of questions to the index that does not grow with the history.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/stat_ranges.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/clients/state.hpp"
#include "store/farm_config.hpp"
#include "store/index/index.hpp"
#include "store/layout.hpp"

namespace testfarm {

constexpr std::size_t recent_results = 40;
constexpr std::size_t plotted = 20;

// One client on one branch.
struct BranchState {
  std::string branch;
  std::optional<ExecutionRow> last;           // the newest that has ended
  std::vector<ExecutionHeader> recent;        // newest first, running ones included
  std::optional<ExecutionRow> failing_since;  // the first failure after the last success
  std::optional<ExecutionHeader> last_passed;
  Millis commit_at = 0;  // where the commit of `last`, which has a verdict, stands among the others; else 0
  bool in_a_row_cut = false;  // there may be more than `in_a_row`
  std::size_t in_a_row = 0;   // results like the last one, as far as `recent` tells
  bool fails() const;
  Millis active_at() const;  // when its newest execution began; 0 for none
  Millis retired_at = 0;     // since when the branch counts no more; else 0
  bool gone = false;         // the client says that the repository has it no more
};

// A value of a stat in a plot.
struct PlotPoint {
  double value = 0;
  char state = 'p';  // p; f: the execution failed; m: the stat moved there
};

struct ClientOverview {
  ClientKey key;
  ClientConfig config;
  ClientState state;
  std::vector<BranchState> branches;  // that count, the most recently active first
  std::vector<BranchState> left_out;  // the others: retired, or quiet for too long
  Millis retired_at = 0;              // since when the client counts no more; else 0
  std::optional<ExecutionRow> running;
  Millis expected = 0;  // how long the running one took when it last passed; 0 for unknown
  std::string stat;     // the stat that stands for the client, and its last values, oldest first
  std::vector<PlotPoint> points;
  std::vector<StatChange> stat_changes;  // on `stats_branch`, newest first
  std::string stats_branch;              // the default branch; where it has no result there, the most active
  Millis active_at() const;              // when its newest execution began; 0 for none
  Facts facts() const;                   // as the last result says, else the last heartbeat
  // Of the branches that count.
  const BranchState* on(const std::string& branch) const;
  // Also those that count no more, active ones first: a client's own page and feed have its whole history.
  std::vector<const BranchState*> every_branch() const;
  // Also where it is quiet, and not where it is retired: for the branch's own page.
  bool last_failed_on(const std::string& branch) const;
  bool fails_on(const std::string& branch) const;
  bool in_trouble_on(const std::string& branch) const;
};

// Without its stats, of which the project says on which branch they are judged.
Result<ClientOverview> read_client(const Layout& layout, Index& index, const ClientRow& row);
// The stat that project.toml names, else the first by name, and what moved, on `client.stats_branch`.
Status read_stats(Index& index, const std::string& wanted, const std::vector<StatRule>& rules,
                  ClientOverview& client);

}  // namespace testfarm
