#include "generator/pages/verdict_fields.hpp"

#include "base/text.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/project_words.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {
namespace {

const BranchState* oldest_failure(const ProjectState& project) {
  const BranchState* oldest = nullptr;
  for (const auto& client : project.clients)
    for (const auto& branch : client.branches)
      if (branch.last && branch.last->summary.progress == Progress::failed && branch.failing_since &&
          (oldest == nullptr ||
           branch.failing_since->summary.started_at < oldest->failing_since->summary.started_at))
        oldest = &branch;
  return oldest;
}

}  // namespace

Fields verdict_fields(const ProjectState& project) {
  Fields verdict;
  if (project.with_results() == 0) {
    verdict["nothing"] = true;
  } else if (project.failing() > 0) {
    Fields failing{{"words", fail_words(project)}};
    if (const BranchState* oldest = oldest_failure(project)) {
      failing["revision"] = short_first_revision(oldest->failing_since->summary);
      failing["link"] = execution_place(oldest->failing_since->key);
      failing["time"] = time_field(oldest->failing_since->summary.started_at);
      failing["branch"] = oldest->branch;
    }
    verdict["failing"] = std::move(failing);
  } else if (project.troubled() > 0) {
    verdict["trouble"] = concat(project.troubled(), " of ", counted(project.with_results(), "client"));
  } else {
    verdict["passing"] = words_of(project);
  }
  return verdict;
}

}  // namespace testfarm
