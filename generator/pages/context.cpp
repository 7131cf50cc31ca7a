#include "generator/pages/context.hpp"

#include "analysis/failure_news.hpp"
#include "store/index/branch_results.hpp"
#include "store/last_good.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_remembered = 100;  // stories; a walk over all executions asks for very many

const Story* told_in(const ProjectState& project, const std::string& branch, const std::string& fingerprint) {
  const BranchProblems* problems = project.problems_on(branch);
  if (problems == nullptr) return nullptr;
  for (const Problem& problem : problems->problems)
    if (problem.story.fingerprint == fingerprint) return &problem.story;
  return nullptr;
}

}  // namespace

Result<const ProjectConfig*> PageContext::project_config(const ProjectId& project) {
  if (const auto known = projects_.find(project); known != projects_.end()) return &known->second;
  TRY_SET(ProjectConfig config, project_config_at_hand(layout_, project));
  return &projects_.emplace(project, std::move(config)).first->second;
}

Result<const ClientConfig*> PageContext::client_config(const ClientKey& key) {
  if (const auto known = clients_.find(key); known != clients_.end()) return &known->second;
  TRY_SET(ClientConfig config, client_config_at_hand(layout_, key));
  return &clients_.emplace(key, std::move(config)).first->second;
}

Result<const ProjectState*> PageContext::project_state(const ProjectId& project) {
  if (const auto known = states_.find(project); known != states_.end()) return &known->second;
  TRY_SET(ProjectState state, read_project_state(layout_, index_, project));
  return &states_.emplace(project, std::move(state)).first->second;
}

// What fails now is told with the project's state already.
Result<const Story*> PageContext::story(const ProjectId& project, const std::string& branch,
                                        const std::string& fingerprint) {
  TRY_SET(const ProjectState* state, project_state(project));
  if (const Story* told = told_in(*state, branch, fingerprint)) return told;
  const StoryKey key{project, branch, fingerprint};
  auto known = stories_.find(key);
  if (known == stories_.end()) {
    if (stories_.size() == most_remembered) stories_.clear();
    TRY_SET(auto story, Storyteller(index_).tell(project, branch, fingerprint, always));
    known = stories_.emplace(key, std::move(story)).first;
  }
  return known->second ? &*known->second : nullptr;
}

// Where nothing was heard of the branch since its last news, the story is the one of now.
Result<const PageContext::Told*> PageContext::story_of_news(const ProjectId& project,
                                                            const std::string& branch,
                                                            const std::string& fingerprint) {
  const StoryKey key{project, branch, fingerprint};
  auto known = told_.find(key);
  if (known == told_.end()) {
    if (told_.size() == most_remembered) told_.clear();
    TRY_SET(const Story* now, story(project, branch, fingerprint));
    std::optional<Told> told;
    if (now != nullptr) {
      TRY_SET(const Millis happened, last_news(index_, *now));
      TRY_SET(const auto since, BranchResults(index_).heard_after(project, branch, happened, 1));
      std::optional<Story> story = *now;
      if (!since.empty()) {
        TRY_SET(story, Storyteller(index_).tell(project, branch, fingerprint, happened));
      }
      if (story) told = Told{*std::move(story), happened};
    }
    known = told_.emplace(key, std::move(told)).first;
  }
  return known->second ? &*known->second : nullptr;
}

}  // namespace testfarm
