// How a project stands, in a few words: the same on its pages, in feeds, badges and JSON.
#pragma once

#include <string>

#include "analysis/project_state.hpp"

namespace testfarm {

// "pass", "fail", "trouble" or "none": which icon is its icon. All of these words are of the default branch.
std::string status_icon(const ProjectState& project);
std::string status_icon(const ProjectState& project, const ClientOverview& client);
// "2 new problems on main, 1 flaky: 2 of 7 clients fail", "all 5 clients pass": the project in words.
std::string words_of(const ProjectState& project);
// The same without its problems, as for a badge.
std::string short_words_of(const ProjectState& project);

// How the clients that count stand on a branch by their last results there.
struct BranchStanding {
  std::size_t results = 0, failing = 0, troubled = 0;
};
BranchStanding standing_on(const ProjectState& project, const std::string& branch);
std::string status_icon(const BranchStanding& standing);
std::string short_words_of(const BranchStanding& standing);

// "2 of 7 clients fail", where any does.
std::string fail_words(const ProjectState& project);
// "1 client fails on other branches only", or "".
std::string elsewhere_words(const ProjectState& project);
// "compile time, s went from 41 to 55 (+34 %)"
std::string words_of(const StatChange& move);
// Of an execution's first repository, as a page shows a revision; "" where it names none.
std::string short_first_revision(const Summary& summary);

}  // namespace testfarm
