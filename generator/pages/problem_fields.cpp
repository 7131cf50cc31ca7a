#include "generator/pages/problem_fields.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/failure_fields.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {
namespace {

std::string noun(std::size_t count) { return count == 1 ? " problem" : " problems"; }

// "2 new" and "2 new problems", "1 never passed" and "1 problem that never passed".
std::string counted_standing(Standing standing, std::size_t count, bool with_noun) {
  const std::string things = with_noun ? noun(count) : std::string();
  switch (standing) {
    case Standing::fresh: return concat(count, " new", things);
    case Standing::old: return concat(count, " old", things);
    case Standing::never_passed:
      return with_noun ? concat(count, things, " that never passed") : concat(count, " never passed");
    case Standing::noted: return concat(count, " noted", things);
    case Standing::flaky: return concat(count, " flaky", things);
  }
  return {};
}

}  // namespace

// Colour, shape and word always come together.
Fields standing_fields(const Problem& problem) {
  const auto fields = [](const char* style, const char* word) {
    return Fields{{"state", "f"}, {"style", style}, {"word", word}};
  };
  switch (problem.standing) {
    case Standing::fresh: return problem.back ? fields("back", "back") : fields("new", "new");
    case Standing::old: return fields("old", "old");
    case Standing::never_passed: return fields("old", "never passed");
    case Standing::noted: return fields("old", "noted");
    case Standing::flaky: return fields("flaky", "flaky");
  }
  return {};
}

ProblemWords problem_words(const BranchProblems& problems) {
  constexpr std::array<Standing, 5> order{Standing::fresh, Standing::old, Standing::never_passed,
                                          Standing::noted, Standing::flaky};
  ProblemWords words;
  for (const Standing standing : order) {
    const std::size_t count = problems.count(standing);
    if (count == 0) continue;
    if (words.first.empty())
      words.first = counted_standing(standing, count, true);
    else
      words.rest += ", " + counted_standing(standing, count, false);
  }
  if (problems.untold > 0 && words.first.empty())
    words.first = concat(problems.untold, noun(problems.untold));
  else if (problems.untold > 0)
    words.rest += concat(", ", problems.untold, " more");
  if (!problems.counted) words.first = "at least " + words.first;
  return words;
}

Fields moment_fields(const ExecutionHeader& execution, const std::string& up) {
  return {{"revision", short_revision(execution.revision)},
          {"commit", up + tested_commit_place(execution.branch, execution.revision)},
          {"link", up + execution_place(execution.key)},
          {"time", time_field(execution.started_at)}};
}

Fields since_fields(const ProjectState& project, const ClientId& client, const BranchState& branch,
                    const std::string& up) {
  Fields fields;
  if (!branch.fails()) return fields;
  if (const Problem* problem = project.problem_of(branch)) {
    const auto& parts = problem->story.histories;
    const auto part = std::find_if(parts.begin(), parts.end(), [&](const ClientHistory& one) {
      return one.client.client == client && one.open();
    });
    if (part != parts.end() && part->sure)
      fields["began"] = occurrence_fields(part->first, branch.branch, up);
  }
  if (branch.last_passed)
    fields["passed"] = moment_fields(*branch.last_passed, up);
  else
    fields["never"] = true;
  return fields;
}

}  // namespace testfarm
