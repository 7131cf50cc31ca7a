#include "generator/pages/project_words.hpp"

#include <cmath>

#include "base/text.hpp"
#include "generator/html/wording.hpp"

namespace testfarm {

std::string fail_words(const ProjectState& project) {
  return concat(project.failing(), " of ", counted(project.with_results(), "client"),
                project.failing() == 1 ? " fails" : " fail");
}

std::string status_icon(const ProjectState& project) {
  if (project.failing() > 0) return "fail";
  return project.troubled() > 0 ? "trouble" : "pass";
}

std::string words_of(const ProjectState& project) {
  if (project.with_results() == 0) return "no results yet";
  if (project.failing() > 0) return fail_words(project);
  if (project.troubled() > 0)
    return concat(project.troubled(), " of ", counted(project.with_results(), "client"), " in trouble");
  return project.with_results() == 1 ? std::string("the one client passes")
                                     : concat("all ", project.with_results(), " clients pass");
}

std::string words_of(const StatChange& move) {
  const double change = move.before == 0 ? 0 : 100 * (move.now - move.before) / std::abs(move.before);
  const std::string percent = move.before == 0 ? std::string()
                                               : concat(" (", change > 0 ? "+" : "\u2212",
                                                        number_text(std::round(std::abs(change))), " %)");
  return concat(move.stat, " went from ", number_text(move.before), " to ", number_text(move.now), percent);
}

std::string short_first_revision(const Summary& summary) {
  return summary.repositories.empty() ? "" : short_revision(summary.repositories[0].revision);
}

}  // namespace testfarm
