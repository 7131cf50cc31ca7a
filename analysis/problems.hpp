// The problems of a project: what the last results of its clients fail with, each failure of each branch
// once. Whatever says how a project stands (summary, farm, clients, failures, badge) reads these, so that all
// of them say the same of one failure: since when, on which clients, whether it is news.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/client_overview.hpp"
#include "analysis/story.hpp"
#include "base/result.hpp"
#include "store/farm_config.hpp"

namespace testfarm {

constexpr std::size_t most_problems = 50;  // of a project that are told; each costs some questions

// In the order in which a reader wants them.
enum class Standing : unsigned char {
  fresh,         // began within `news_lasts` before the newest result of its branch
  old,           // began before
  never_passed,  // no client that has it was ever without it on this branch
  noted,         // a maintainer's [[known]] note is about it
  flaky
};
constexpr Millis news_lasts = 7 * day_ms;

struct Problem {
  Story story;
  Standing standing = Standing::fresh;
  bool back = false;  // seen before, gone, and back
  Occurrence since;   // where it began on the client that has had it longest
  std::string note;   // the title of the maintainer's note, whatever the standing; and where it leads
  std::string note_url;
};

struct BranchProblems {
  std::string branch;
  std::vector<Problem> problems;  // by standing; of one standing those of most clients first
  std::size_t untold = 0;         // more than these, beyond the bound
  bool counted = true;            // false where executions left failures out: then there may be more still
  std::size_t all() const { return problems.size() + untold; }
  std::size_t count(Standing standing) const;
};

// Where an open failure began on the client that has had it longest.
Occurrence open_since(const Story& story);
// The note that is about a failure, if there is one.
const KnownProblem* known_problem(const ProjectConfig& config, const Failure& failure);

struct ProblemsOf {
  const ProjectId& project;
  const ProjectConfig& config;
  const std::vector<ClientOverview>& clients;
  const std::vector<std::string>& branches;  // in the order in which they are told, up to the bound
};
// Of the branches on which something fails.
Result<std::vector<BranchProblems>> read_problems(Index& index, const ProblemsOf& of);

}  // namespace testfarm
