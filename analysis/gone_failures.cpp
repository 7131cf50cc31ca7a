#include "analysis/gone_failures.hpp"

#include <algorithm>
#include <set>

#include "store/index/failures.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_asked = 100;           // failures of a branch
constexpr std::size_t most_told = 2 * most_gone;  // stories, of which some turn out to be open

struct LastSeen {
  std::string branch, fingerprint;
  Millis last;
};

std::set<std::string> open_on(const ProjectState& project, const std::string& branch) {
  std::set<std::string> open;
  if (const BranchProblems* problems = project.problems_on(branch))
    for (const Problem& problem : problems->problems) open.insert(problem.story.fingerprint);
  return open;
}

// What clients had lately on a branch and what is not known to be open.
Status add_seen(Index& index, const ProjectState& project, const std::string& branch, Millis from,
                std::vector<LastSeen>& all, bool& more) {
  const std::set<std::string> open = open_on(project, branch);
  std::set<std::string> seen;
  for (const ClientOverview& client : project.clients) {
    if (client.on(branch) == nullptr) continue;
    TRY_SET(const auto fingerprints,
            Failures(index).fingerprints(client.key, branch, from, always, most_asked));
    more = more || fingerprints.size() == most_asked;
    for (const std::string& fingerprint : fingerprints) {
      if (open.contains(fingerprint) || !seen.insert(fingerprint).second) continue;
      if (seen.size() > most_asked) {
        more = true;
        return {};
      }
      TRY_SET(const auto last, Failures(index).occurrences(project.id, branch, fingerprint, always, 1));
      if (!last.empty()) all.push_back({branch, fingerprint, last.front().started_at});
    }
  }
  return {};
}

}  // namespace

Millis newest_result(const ProjectState& project) {
  Millis newest = 0;
  for (const ClientOverview& client : project.clients)
    for (const BranchState& branch : client.branches)
      if (branch.last) newest = std::max(newest, branch.last->summary.started_at);
  return newest;
}

Result<GoneFailures> gone_failures(Index& index, const ProjectState& project) {
  GoneFailures gone;
  std::vector<LastSeen> seen;
  const Millis from = newest_result(project) - gone_within;
  for (const std::string& branch : project.branches)
    TRY(add_seen(index, project, branch, from, seen, gone.more));
  std::stable_sort(seen.begin(), seen.end(),
                   [](const LastSeen& a, const LastSeen& b) { return a.last > b.last; });
  Storyteller teller(index);
  std::size_t told = 0;
  for (const LastSeen& one : seen) {
    // What hides behind another failure is open and among no client's last results: it costs a story, too.
    if (gone.stories.size() == most_gone || told++ == most_told) {
      gone.more = true;
      break;
    }
    TRY_SET(auto story, teller.tell(project.id, one.branch, one.fingerprint, always));
    if (story && story->open == 0 && story->recovered() > 0) gone.stories.push_back(*std::move(story));
  }
  return gone;
}

}  // namespace testfarm
