// How a project stands: its clients, on which branches they pass or fail and since when, and with what
// problems. What the summary page and the farm's index show, asked of the index in a number of questions that
// does not grow with the history.
//
// One branch decides how a project and its clients are called: the default branch, which project.toml names
// or which is guessed. What fails on others is said beside it and reddens nothing.
#pragma once

#include <string>
#include <vector>

#include "analysis/client_overview.hpp"
#include "analysis/problems.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/farm_config.hpp"
#include "store/index/index.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct ProjectState {
  // Also a retired one; null for none of that name.
  const ClientOverview* client(const ClientId& name) const;

  ProjectId id;
  ProjectConfig config;
  std::vector<ClientOverview> clients;    // that count, by how they stand on the default branch, worst first
  std::vector<ClientOverview> retired;    // those that count no more, by name
  std::vector<std::string> all_branches;  // that count: default, pinned, then those that most clients test
  std::vector<std::string> left_out;      // branches that count no more, the most recently active first
  std::vector<std::string> branches;      // the columns of the summary: the first of these
  std::vector<BranchProblems> problems;   // of branches on which something fails, in that order
  std::vector<BranchProblems> quiet_problems;  // of branches left out for being quiet: their own pages tell
  Millis last_activity = 0;

  // Empty where nobody has a result.
  const std::string& default_branch() const;
  const BranchProblems* problems_on(const std::string& branch) const;
  // What a client fails with first on a branch; nothing where it does not fail, or where that is beyond what
  // is told.
  const Problem* problem_of(const BranchState& branch) const;

  // Clients whose last result on the default branch failed, ended in trouble, or is there at all.
  std::size_t failing() const;
  std::size_t troubled() const;
  std::size_t with_results() const;
  // Clients that fail on other branches and not on the default branch.
  std::size_t failing_elsewhere() const;
};

constexpr std::size_t most_branches = 3;

Result<ProjectState> read_project_state(const Layout& layout, Index& index, const ProjectId& id);

}  // namespace testfarm
