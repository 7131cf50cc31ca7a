// How a project stands: its clients, on which branches they pass or fail and since when. What the summary
// page and the farm's index show, asked of the index in a number of questions that does not grow with the
// history.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/stat_changes.hpp"
#include "analysis/story.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/clients/state.hpp"
#include "store/farm_config.hpp"
#include "store/index/index.hpp"
#include "store/layout.hpp"

namespace testfarm {

// One client on one branch.
struct BranchState {
  std::string branch;
  std::optional<ExecutionRow> last;           // the newest that has ended
  std::vector<ExecutionHeader> recent;        // newest first, running ones included
  std::optional<ExecutionRow> failing_since;  // the first failure after the last success
  std::optional<ExecutionHeader> last_passed;
  std::size_t in_a_row = 0;  // results like the last one, as far as `recent` tells
  bool fails() const;
};

// A stat that left its normal range, as of its last executions.
struct StatChange {
  std::string stat;
  std::string branch;
  ExecutionHeader execution;  // the first with the new value
  double before = 0, now = 0;
  Better better = Better::neither;  // what is wanted of it
  bool worse() const {
    return better == Better::smaller ? now > before : better == Better::bigger && now < before;
  }
  bool improved() const { return better != Better::neither && !worse(); }
};
constexpr std::size_t judged_for_stat_changes = 60;
// Rows of one client and branch, newest first.
std::vector<StatChange> stat_changes(const std::vector<ExecutionRow>& rows,
                                     const std::vector<StatRule>& rules);

// A value of a stat in a plot.
struct PlotPoint {
  double value = 0;
  char state = 'p';  // p; f: the execution failed; m: the stat moved there
};

struct ClientOverview {
  ClientKey key;
  ClientConfig config;
  ClientState state;
  std::vector<BranchState> branches;  // the most recently active first
  std::optional<ExecutionRow> running;
  Millis expected = 0;  // how long the running one took when it last passed; 0 for unknown
  std::string stat;     // the stat that stands for the client, and its last values, oldest first
  std::vector<PlotPoint> points;
  std::vector<StatChange> stat_changes;  // on the busiest branch, newest first
  Facts facts() const;                   // as the last result says, else the last heartbeat
  const BranchState* on(const std::string& branch) const;
  bool fails() const;
  bool in_trouble() const;
};

struct ProjectState {
  ProjectId id;
  ProjectConfig config;
  std::vector<ClientOverview> clients;  // failing first, then trouble, then by name
  std::vector<std::string> branches;    // the columns of the summary: most recently active first
  std::vector<Story> stories;           // of what fails now on these; most clients first
  Millis last_activity = 0;
  std::size_t failing() const;
  std::size_t troubled() const;
  std::size_t with_results() const;
};

constexpr std::size_t recent_results = 40;
constexpr std::size_t most_branches = 3;
constexpr std::size_t plotted = 20;
constexpr std::size_t most_stories = 6;  // of a branch

Result<ProjectState> read_project_state(const Layout& layout, Index& index, const ProjectId& id);
// What the last results of clients on a branch fail with, the first few of each: of that branch alone.
Result<std::vector<Story>> read_stories(Index& index, const ProjectState& project, const std::string& branch);

}  // namespace testfarm
