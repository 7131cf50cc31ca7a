#include "analysis/problems.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace testfarm {
namespace {

// What is asked of the stories of a branch: fingerprints, those of most clients first, so that the bound
// leaves out the least.
struct Wanted {
  std::vector<std::string> fingerprints;
  Millis newest = 0;  // when its newest result began
  bool counted = true;
};

Wanted wanted_on(const std::vector<ClientOverview>& all, const std::string& branch) {
  Wanted wanted;
  std::map<std::string, std::size_t> clients;
  for (const ClientOverview& client : all) {
    const BranchState* state = client.on(branch);
    if (state == nullptr || !state->last) continue;
    const Summary& last = state->last->summary;
    wanted.newest = std::max(wanted.newest, last.started_at);
    if (!state->fails()) continue;
    wanted.counted = wanted.counted && last.failures_omitted == 0;
    std::set<std::string> here;
    for (const Failure& failure : last.failures)
      if (here.insert(failure.fingerprint).second && ++clients[failure.fingerprint] == 1)
        wanted.fingerprints.push_back(failure.fingerprint);
  }
  std::stable_sort(wanted.fingerprints.begin(), wanted.fingerprints.end(),
                   [&](const auto& a, const auto& b) { return clients[a] > clients[b]; });
  return wanted;
}

bool never_passed(const Story& story) {
  const auto open_end = story.histories.begin() + static_cast<std::ptrdiff_t>(story.open);
  return std::none_of(story.histories.begin(), open_end,
                      [](const ClientHistory& part) { return part.good.has_value() || !part.sure; });
}

Problem problem_of(Story story, const ProjectConfig& config, Millis newest) {
  const KnownProblem* note = known_problem(config, story.example);
  const Occurrence since = open_since(story);
  const Standing standing = story.flakiness.flaky()                   ? Standing::flaky
                            : note != nullptr                         ? Standing::noted
                            : never_passed(story)                     ? Standing::never_passed
                            : since.started_at + news_lasts >= newest ? Standing::fresh
                                                                      : Standing::old;
  // It may have begun on a client that was mended meanwhile: only what was there before that is back.
  Millis began = since.started_at;
  for (const ClientHistory& part : story.histories)
    if (part.same_cause) began = std::min(began, part.first.started_at);
  const bool back = story.first.started_at < began;
  return {.story = std::move(story),
          .standing = standing,
          .back = back,
          .since = since,
          .note = note != nullptr ? note->title : std::string(),
          .note_url = note != nullptr ? note->url : std::string()};
}

bool before(const Problem& a, const Problem& b) {
  return a.standing != b.standing ? a.standing < b.standing : a.story.open > b.story.open;
}

}  // namespace

const KnownProblem* known_problem(const ProjectConfig& config, const Failure& failure) {
  for (const KnownProblem& problem : config.known)
    if (problem.pattern.finds_in(failure.says) || problem.pattern.finds_in(failure.test)) return &problem;
  return nullptr;
}

Occurrence open_since(const Story& story) {
  const auto open_end = story.histories.begin() + static_cast<std::ptrdiff_t>(story.open);
  return std::min_element(story.histories.begin(), open_end,
                          [](const ClientHistory& a, const ClientHistory& b) {
                            return a.first.started_at < b.first.started_at;
                          })
      ->first;
}

std::size_t BranchProblems::count(Standing standing) const {
  return static_cast<std::size_t>(std::count_if(
      problems.begin(), problems.end(), [&](const Problem& one) { return one.standing == standing; }));
}

Result<std::vector<BranchProblems>> read_problems(Index& index, const ProblemsOf& of) {
  std::vector<BranchProblems> all;
  std::size_t told = 0;
  Storyteller teller(index);
  for (const std::string& branch : of.branches) {
    const Wanted wanted = wanted_on(of.clients, branch);
    BranchProblems on{.branch = branch, .counted = wanted.counted};
    for (const std::string& fingerprint : wanted.fingerprints) {
      if (told == most_problems) {
        ++on.untold;
        continue;
      }
      TRY_SET(auto story, teller.tell(of.project, branch, fingerprint, always));
      if (!story || story->open == 0) continue;
      ++told;
      on.problems.push_back(problem_of(*std::move(story), of.config, wanted.newest));
    }
    std::stable_sort(on.problems.begin(), on.problems.end(), before);
    if (on.all() > 0) all.push_back(std::move(on));
  }
  return all;
}

}  // namespace testfarm
