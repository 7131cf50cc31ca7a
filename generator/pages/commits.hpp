// Revisions, newest first, and who tested them with what result. A row of failures is one block, with the
// revisions above the last success as dots: nobody tested them, and one of them may have done it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/project_state.hpp"
#include "generator/html/fields.hpp"

namespace testfarm {

struct CommitsPage {
  std::string branch;
  std::optional<Millis> month;                 // nothing for the newest
  std::vector<Commit> commits;                 // newest first
  std::vector<std::vector<Brief>> executions;  // of each commit, newest first
  std::vector<std::string> branches;           // only where all are listed
  std::vector<Story> stories;                  // of what fails now on the branch; on the newest
  std::optional<Millis> older;                 // a moment in the month before what is shown
  std::optional<Millis> newer;
  bool cut = false;  // there were more than are shown
};

constexpr std::size_t newest_commits = 100;
constexpr std::size_t month_commits = 500;

// `up`: from the page to the project's directory.
Fields commits_view(const FarmConfig& farm, const ProjectState& project, const CommitsPage& page,
                    const std::string& up);

}  // namespace testfarm
