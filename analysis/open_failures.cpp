#include "analysis/open_failures.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace testfarm {
namespace {

using BranchAndFingerprint = std::pair<std::string, std::string>;

// What the last results fail with: what most clients fail with first, so that the bound leaves out the least.
std::vector<BranchAndFingerprint> wanted(const ProjectState& project, bool& counted) {
  std::vector<BranchAndFingerprint> all;
  std::map<BranchAndFingerprint, std::size_t> clients;
  for (const ClientOverview& client : project.clients)
    for (const BranchState& branch : client.branches) {
      if (!branch.fails()) continue;
      const Summary& last = branch.last->summary;
      counted = counted && last.failures_omitted == 0;
      std::set<std::string> here;
      for (const Failure& failure : last.failures) {
        if (!here.insert(failure.fingerprint).second) continue;
        const BranchAndFingerprint one{branch.branch, failure.fingerprint};
        if (++clients[one] == 1) all.push_back(one);
      }
    }
  std::stable_sort(all.begin(), all.end(),
                   [&](const auto& a, const auto& b) { return clients[a] > clients[b]; });
  return all;
}

// The summary's stories are told as of now too.
const Story* told_already(const ProjectState& project, const BranchAndFingerprint& one) {
  for (const Story& story : project.stories)
    if (story.branch == one.first && story.fingerprint == one.second) return &story;
  return nullptr;
}

OpenFailure open_failure(Story story) {
  const auto open_end = story.histories.begin() + static_cast<std::ptrdiff_t>(story.open);
  const auto earliest = std::min_element(
      story.histories.begin(), open_end,
      [](const ClientHistory& a, const ClientHistory& b) { return a.first.started_at < b.first.started_at; });
  Occurrence since = earliest->first;
  const Standing standing = story.flakiness.flaky()                     ? Standing::flaky
                            : story.first.started_at < since.started_at ? Standing::returned
                                                                        : Standing::fresh;
  return {.story = std::move(story), .standing = standing, .since = std::move(since)};
}

}  // namespace

Result<OpenFailures> read_open_failures(Index& index, const ProjectState& project) {
  OpenFailures open;
  const auto all = wanted(project, open.counted);
  Storyteller teller(index);
  for (const BranchAndFingerprint& one : all) {
    if (open.failures.size() == most_open_failures) {
      ++open.untold;
      continue;
    }
    if (const Story* told = told_already(project, one)) {
      open.failures.push_back(open_failure(*told));
      continue;
    }
    TRY_SET(auto story, teller.tell(project.id, one.first, one.second, always));
    if (story && story->open > 0) open.failures.push_back(open_failure(*std::move(story)));
  }

  const auto weight = [](const OpenFailure& one) {
    return one.standing == Standing::flaky ? 0 : one.story.open;
  };
  std::stable_sort(open.failures.begin(), open.failures.end(),
                   [&](const OpenFailure& a, const OpenFailure& b) { return weight(a) > weight(b); });
  return open;
}

}  // namespace testfarm
