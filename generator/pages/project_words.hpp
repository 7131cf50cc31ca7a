// How a project stands, in a few words: the same on its pages, in feeds, badges and JSON.
#pragma once

#include <string>

#include "analysis/project_state.hpp"

namespace testfarm {

// "pass", "fail" or "trouble": which icon is its icon.
std::string status_icon(const ProjectState& project);
// "2 of 7 clients fail", "all 5 clients pass": the project in words.
std::string words_of(const ProjectState& project);
// "2 of 7 clients fail", where any does.
std::string fail_words(const ProjectState& project);
// "compile time, s went from 41 to 55 (+34 %)"
std::string words_of(const StatChange& move);
// Of an execution's first repository, as a page shows a revision; "" where it names none.
std::string short_first_revision(const Summary& summary);

}  // namespace testfarm
