#include "generator/pages/verdict_fields.hpp"

#include "base/text.hpp"
#include "generator/pages/failure_fields.hpp"
#include "generator/pages/problem_fields.hpp"
#include "generator/pages/project_words.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {
namespace {

// "Since" is said only where all that fails is one failure.
Fields failing_fields(const ProjectState& project, const std::string& up) {
  Fields failing{{"words", fail_words(project)}, {"branch", project.default_branch()}};
  const BranchProblems* problems = project.problems_on(project.default_branch());
  if (problems == nullptr) return failing;
  const auto [first, rest] = problem_words(*problems);
  failing["first"] = first;
  failing["rest"] = rest;
  if (problems->all() != 1 || problems->problems.empty() || !problems->counted) return failing;
  const Problem& only = problems->problems.front();
  failing["one"] =
      Fields{{"what", headline(only.story.example)},
             {"link", up + failure_place(only.story.branch, only.story.fingerprint)},
             {"clients", concat(only.story.open, " of ", counted(project.with_results(), "client"))},
             {"began", occurrence_fields(only.since, only.story.branch, up)}};
  return failing;
}

}  // namespace

Fields verdict_fields(const ProjectState& project, const std::string& up) {
  // All of them, lest a template finds another's of that name around it.
  Fields verdict{{"nothing", false}, {"failing", false}, {"trouble", false}, {"passing", false}};
  if (project.with_results() == 0)
    verdict["nothing"] = true;
  else if (project.failing() > 0)
    verdict["failing"] = failing_fields(project, up);
  else if (project.troubled() > 0)
    verdict["trouble"] = concat(project.troubled(), " of ", counted(project.with_results(), "client"));
  else
    verdict["passing"] = words_of(project);
  verdict["elsewhere"] = elsewhere_words(project);
  return verdict;
}

}  // namespace testfarm
