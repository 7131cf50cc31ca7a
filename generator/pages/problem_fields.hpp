// The problems of a project (analysis/problems) as pages say them: the same words on all of them. Links are
// below `up`, the way to the project's directory.
#pragma once

#include <string>

#include "analysis/project_state.hpp"
#include "generator/html/fields.hpp"

namespace testfarm {

// {state, style, word}: "new", "back", "old", "never passed", "noted", "flaky".
Fields standing_fields(const Problem& problem);

// How many there are of each standing, as two parts of one sentence: "2 new problems" and ", 3 old, 1 flaky";
// of a list that was cut "at least 2 new problems".
struct ProblemWords {
  std::string first, rest;
};
ProblemWords problem_words(const BranchProblems& problems);

// Since when a client has what its last result on a branch failed with, and what it passed last:
// {began {revision, commit, link, time}, passed {the same}, never}. Nothing is guessed: without a story there
// is no `began`.
Fields since_fields(const ProjectState& project, const ClientId& client, const BranchState& branch,
                    const std::string& up);

// A moment of the branch: {revision, commit, link, time}; the time leads to the execution, the revision to
// its commit.
Fields moment_fields(const ExecutionHeader& execution, const std::string& up);

}  // namespace testfarm
