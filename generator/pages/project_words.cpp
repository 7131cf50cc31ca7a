#include "generator/pages/project_words.hpp"

#include <cmath>

#include "base/text.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/problem_fields.hpp"

namespace testfarm {

namespace {
BranchStanding standing_of(const ProjectState& project) {
  return {.results = project.with_results(), .failing = project.failing(), .troubled = project.troubled()};
}

std::string fail_words(const BranchStanding& standing) {
  return concat(standing.failing, " of ", counted(standing.results, "client"),
                standing.failing == 1 ? " fails" : " fail");
}
}  // namespace

std::string fail_words(const ProjectState& project) { return fail_words(standing_of(project)); }

BranchStanding standing_on(const ProjectState& project, const std::string& branch) {
  BranchStanding standing;
  for (const ClientOverview& client : project.clients)
    if (const BranchState* state = client.on(branch); state != nullptr && state->last) {
      ++standing.results;
      standing.failing += state->fails() ? 1U : 0U;
      standing.troubled += client.in_trouble_on(branch) ? 1U : 0U;
    }
  return standing;
}

std::string status_icon(const BranchStanding& standing) {
  if (standing.results == 0) return "none";
  if (standing.failing > 0) return "fail";
  return standing.troubled > 0 ? "trouble" : "pass";
}

std::string status_icon(const ProjectState& project) { return status_icon(standing_of(project)); }

std::string status_icon(const ProjectState& project, const ClientOverview& client) {
  const BranchState* state = client.on(project.default_branch());
  if (state == nullptr || !state->last) return "none";
  if (state->fails()) return "fail";
  return client.in_trouble_on(project.default_branch()) ? "trouble" : "pass";
}

std::string elsewhere_words(const ProjectState& project) {
  const std::size_t count = project.failing_elsewhere();
  if (count == 0) return {};
  return concat(counted(count, "client"), count == 1 ? " fails" : " fail", " on other branches only");
}

std::string short_words_of(const BranchStanding& standing) {
  if (standing.results == 0) return "no results yet";
  if (standing.failing > 0) return fail_words(standing);
  if (standing.troubled > 0)
    return concat(standing.troubled, " of ", counted(standing.results, "client"), " in trouble");
  return standing.results == 1 ? std::string("the one client passes")
                               : concat("all ", standing.results, " clients pass");
}

std::string short_words_of(const ProjectState& project) { return short_words_of(standing_of(project)); }

std::string words_of(const ProjectState& project) {
  const BranchProblems* problems = project.problems_on(project.default_branch());
  if (project.failing() == 0 || problems == nullptr) return short_words_of(project);
  const auto [first, rest] = problem_words(*problems);
  return concat(first, " on ", project.default_branch(), rest, ": ", fail_words(project));
}

std::string words_of(const StatChange& move) {
  const double change = move.before == 0 ? 0 : 100 * (move.now - move.before) / std::abs(move.before);
  const std::string percent = move.before == 0 ? std::string()
                                               : concat(" (", change > 0 ? "+" : "\u2212",
                                                        number_text(std::round(std::abs(change))), " %)");
  return concat(move.stat, " went from ", stat_text(move.before), " to ", stat_text(move.now), percent);
}

std::string short_first_revision(const Summary& summary) {
  return summary.repositories.empty() ? "" : short_revision(summary.repositories[0].revision);
}

}  // namespace testfarm
