#include "analysis/story.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "store/index/branch_results.hpp"
#include "store/index/commits.hpp"
#include "store/index/failures.hpp"
#include "store/index/history.hpp"

namespace testfarm {

// Who passes what the others fail counts only if it tested what is suspected.
Status Storyteller::compare_machines(const FailureCase& of, Story& story) {
  std::vector<Facts> failing;
  std::set<ClientId> compared;
  std::set<std::string> red;
  std::set<ClientId> had;
  for (const ClientHistory& part : story.histories) {
    had.insert(part.client.client);
    if (!part.open() && story.open > 0) continue;
    compared.insert(part.client.client);
    red.insert(part.first.revision);
    red.insert(part.last.revision);
    TRY_SET(const auto row, index_.execution_in_short({part.client, part.last.execution}));
    if (row) failing.push_back(row->summary.facts);
  }
  Millis suspected = always;
  if (story.suspects.known && !story.suspects.commits.empty()) {
    const Commit& newest = story.suspects.commits.front();
    TRY_SET(const auto commit,
            Commits(index_).commit(of.project, of.branch, newest.repository, newest.revision));
    if (commit) suspected = commit->at;
  } else {
    // Nobody is suspect: then what the first of them failed at is what the others have to have tested.
    for (const ClientHistory& part : story.histories) {
      if (!compared.contains(part.client.client)) continue;
      TRY_SET(const auto commit,
              Commits(index_).commit(of.project, of.branch, story.repository, part.first.revision));
      if (commit) suspected = std::min(suspected, commit->at);
    }
  }
  std::vector<Facts> passing;
  TRY_SET(const auto clients, index_.clients(of.project));
  for (const ClientRow& client : clients) {
    // Who had it and was mended is no other machine: it has tested another commit.
    if (compared.contains(client.key.client) || had.contains(client.key.client)) continue;
    TRY_SET(const auto newest, BranchResults(index_).judged(client.key, of.branch, 0, always, of.known, 1));
    if (newest.empty()) continue;
    TRY_SET(const bool good, lookup_.lacks(of.fingerprint, of.newest, newest.front()));
    TRY_SET(const auto row, index_.execution_in_short(newest.front().key));
    if (!good || !row || row->summary.repositories.empty()) continue;
    const std::string& revision = newest.front().revision;
    TRY_SET(const auto commit,
            Commits(index_).commit(of.project, of.branch, row->summary.repositories[0].name, revision));
    if (red.contains(revision) || (commit && commit->at >= suspected)) passing.push_back(row->summary.facts);
  }
  story.failing = failing.size();
  story.passing = passing.size();
  story.features = contrast(failing, passing);
  return {};
}

// Where revisions stand in the order in which they were made.
class Storyteller::Places {
 public:
  Places(Index& index, const FailureCase& of) : index_(index), of_(of) {}

  // `always` for one that nobody told of.
  Result<Millis> of(const std::string& repository, const std::string& revision) {
    const auto [known, fresh] = places_.try_emplace({repository, revision}, always);
    if (!fresh) return known->second;
    TRY_SET(const auto commit, Commits(index_).commit(of_.project, of_.branch, repository, revision));
    if (commit) known->second = commit->at;
    return known->second;
  }
  Result<Millis> of(const Commit& commit) { return of(commit.repository, commit.revision); }

 private:
  Index& index_;
  const FailureCase& of_;
  std::map<std::pair<std::string, std::string>, Millis> places_;
};

// A machine that met the failure and did not have it at some revision shows that it was mended there. A row
// of another machine that goes on beyond may be the old failure still, or it was mended there too, unseen,
// and broken again: what came after is suspected besides.
Status Storyteller::suspect_again(const FailureCase& of, Places& places, const std::string& repository,
                                  const std::vector<Millis>& mended, ClientHistory& part) {
  if (!part.range.known || !part.open()) return {};
  TRY_SET(const Millis first, places.of(repository, part.first.revision));
  TRY_SET(const Millis last, places.of(repository, part.last.revision));
  const auto at = std::find_if(mended.begin(), mended.end(), [&](Millis m) { return m > first && m < last; });
  if (at == mended.end()) return {};
  TRY_SET(auto row,
          Failures(index_).occurrences(part.client, of.branch, of.fingerprint, part.first.started_at,
                                       part.last.started_at + 1, of.known, most_of_row));
  std::reverse(row.begin(), row.end());
  for (std::size_t i = 1; i < row.size(); ++i) {
    TRY_SET(const Millis place, places.of(repository, row[i].revision));
    if (place <= *at) continue;
    const ExecutionHeader before{.key = {part.client, row[i - 1].execution},
                                 .branch = of.branch,
                                 .started_at = row[i - 1].started_at,
                                 .progress = Progress::failed,
                                 .revision = row[i - 1].revision,
                                 .ended_at = row[i - 1].ended_at,
                                 .tests = 0};
    TRY_SET(Range again, range_between(index_, before, row[i], of.known));
    std::vector<Commit> newer;
    for (Commit& commit : again.commits) {
      TRY_SET(const Millis made, places.of(commit));
      if (made > *at) newer.push_back(std::move(commit));
    }
    part.range.commits.insert(part.range.commits.begin(), newer.begin(), newer.end());
    part.range.complete = part.range.complete && again.complete;
    return {};
  }
  return {};
}

// Which of the clients that were mended had the failure at the commit at which it began on one that has it
// still.
Status Storyteller::find_same_cause(Places& places, const std::string& repository, Story& story) {
  std::vector<Millis> began;
  for (std::size_t i = 0; i < story.open; ++i) {
    TRY_SET(const Millis at, places.of(repository, story.histories[i].first.revision));
    if (at < always) began.push_back(at);
  }
  for (std::size_t i = story.open; i < story.histories.size(); ++i) {
    ClientHistory& part = story.histories[i];
    TRY_SET(const Millis first, places.of(repository, part.first.revision));
    TRY_SET(const Millis last, places.of(repository, part.last.revision));
    part.same_cause =
        std::any_of(began.begin(), began.end(), [&](Millis at) { return first <= at && at <= last; });
  }
  return {};
}

// The oldest commit at which it is known to be gone, where no client that has it still has a result of that
// or a newer one.
Status Storyteller::find_mended(const FailureCase& of, Places& places, const std::string& repository,
                                Story& story) {
  Millis newest = -1;
  for (std::size_t i = 0; i < story.open; ++i) {
    TRY_SET(const auto judged,
            BranchResults(index_).judged(story.histories[i].client, of.branch, 0, always, of.known, 1));
    if (judged.empty()) return {};
    TRY_SET(const Millis at, places.of(repository, judged.front().revision));
    if (at == always) return {};
    newest = std::max(newest, at);
  }
  Millis oldest = always;
  for (std::size_t i = story.open; i < story.histories.size(); ++i) {
    const ClientHistory& part = story.histories[i];
    if (!part.same_cause || !part.fixed_by) continue;
    TRY_SET(const Millis at, places.of(repository, part.fixed_by->revision));
    if (at <= newest) {
      story.mended.reset();
      return {};
    }
    if (at < oldest) {
      oldest = at;
      story.mended = part.fixed_by;
    }
  }
  return {};
}

// Of clients that share a cause: the one that it is about first, then who began with the newest commits. Who
// began with older ones, and somebody saw it mended in between, is of another cause.
Result<std::vector<Range>> Storyteller::ranges_of(const FailureCase& of, const ClientKey* about,
                                                  Story& story) {
  std::vector<Range> ranges;
  TRY_SET(const auto newest,
          index_.execution_in_short({{of.project, story.last.client}, story.last.execution}));
  if (!newest || newest->summary.repositories.empty()) return ranges;
  const std::string& repository = newest->summary.repositories[0].name;
  story.repository = repository;
  story.url = newest->summary.repositories[0].url;
  Places places(index_, of);
  if (story.open > 0) {
    TRY(find_same_cause(places, repository, story));
    TRY(find_mended(of, places, repository, story));
  }
  std::vector<Millis> mended;
  for (const ClientHistory& part : story.histories)
    for (const auto* execution : {&part.good, &part.fixed_by}) {
      if (!*execution) continue;
      TRY_SET(const Millis at, places.of(repository, (*execution)->revision));
      mended.push_back(at);
    }
  std::sort(mended.begin(), mended.end());
  struct Counted {
    const ClientHistory* part;
    Millis at;  // its newest suspect
    bool itself;
  };
  std::vector<Counted> counted;
  for (ClientHistory& part : story.histories) {
    TRY(suspect_again(of, places, repository, mended, part));
    if (!part.range.known || (!part.open() && !part.same_cause && story.open > 0)) continue;
    TRY_SET(const Millis at,
            part.range.commits.empty() ? Result<Millis>(-1) : places.of(part.range.commits.front()));
    counted.push_back({&part, at, about != nullptr && part.client == *about});
  }
  std::stable_sort(counted.begin(), counted.end(), [](const Counted& a, const Counted& b) {
    return a.itself != b.itself ? a.itself : a.at > b.at;
  });
  for (const Counted& one : counted) {
    const Millis lead = counted.front().at;
    const bool stale =
        std::any_of(mended.begin(), mended.end(), [&](Millis m) { return m > one.at && m < lead; });
    if (!stale) ranges.push_back(one.part->range);
  }
  return ranges;
}

// As it was known then: a page of before does not change when somebody retires.
Status Storyteller::find_retired(const FailureCase& of, ClientHistory& part) {
  TRY_SET(const Retired retired, index_.retired(of.project));
  if (retired.empty()) return {};
  TRY_SET(const auto newest, History(index_).latest(part.client, 1));
  TRY_SET(const auto on_branch, History(index_).latest(part.client, of.branch, 1));
  if (newest.empty() || on_branch.empty()) return {};
  for (const Millis since : {retired.client_since(part.client.client, newest.front().started_at),
                             retired.branch_since(of.branch, on_branch.front().started_at)})
    if (since > 0 && since <= of.known) part.retired_at = std::max(part.retired_at, since);
  return {};
}

Result<Story> Storyteller::tell_case(const FailureCase& of, const ClientKey* about, Millis about_at) {
  TRY_SET(const auto first,
          Failures(index_).first_occurrence(of.project, of.branch, of.fingerprint, of.known));
  TRY_SET(const auto last, Failures(index_).occurrences(of.project, of.branch, of.fingerprint, of.known, 1));
  if (!first || last.empty())
    return fail(ErrorKind::damaged, concat("the index has lost the failure ", of.fingerprint));
  Story story{.project = of.project,
              .branch = of.branch,
              .fingerprint = of.fingerprint,
              .example = of.newest.example,
              .open = 0,
              .first = *first,
              .last = last.front(),
              .ranges = 0,
              .failing = 0,
              .passing = 0};
  TRY_SET(const auto clients, Failures(index_).clients_with(of.project, of.branch, of.fingerprint));
  for (const ClientId& id : clients) {
    const ClientKey client{of.project, id};
    const bool itself = about != nullptr && client == *about;
    TRY_SET(auto part, testfarm::client_history(lookup_, of, client, itself ? about_at + 1 : always));
    if (!part) continue;
    TRY(find_retired(of, *part));
    story.histories.push_back(*std::move(part));
  }
  std::stable_sort(story.histories.begin(), story.histories.end(),
                   [](const ClientHistory& a, const ClientHistory& b) {
                     return a.open() != b.open() ? a.open() : a.last.started_at > b.last.started_at;
                   });
  story.open = static_cast<std::size_t>(std::count_if(story.histories.begin(), story.histories.end(),
                                                      [](const ClientHistory& part) { return part.open(); }));
  TRY_SET(const auto ranges, ranges_of(of, about, story));
  story.suspects = shared(ranges, &story.ranges);
  TRY_SET(story.flakiness, flakiness_of(lookup_, of));
  if (!story.flakiness.flaky()) TRY(compare_machines(of, story));
  return story;
}

Result<bool> Storyteller::mends(const ExecutionHeader& execution,
                                const std::optional<ExecutionHeader>& before,
                                const std::string& fingerprint) {
  const ClientKey& client = execution.key.owner;
  TRY_SET(const auto last, Failures(index_).occurrences(client, execution.branch, fingerprint, 0,
                                                        execution.started_at, always, 1));
  // Reported late, it stands before executions that are known already: where the row after it begins is news.
  TRY_SET(const auto later, Failures(index_).first_occurrence(client, execution.branch, fingerprint,
                                                              execution.started_at, always));
  if (last.empty() && !later) return false;
  const ExecutionId& having = last.empty() ? later->execution : last.front().execution;
  TRY_SET(const FailureIn had, lookup_.in(fingerprint, {client, having}));
  TRY_SET(const bool gone, lookup_.lacks(fingerprint, had, execution));
  if (!gone || later || !before || before->started_at <= last.front().started_at) return gone;
  TRY_SET(const bool gone_before, lookup_.lacks(fingerprint, had, *before));
  return !gone_before;
}

Result<std::optional<Story>> Storyteller::tell(const ProjectId& project, const std::string& branch,
                                               const std::string& fingerprint, Millis known) {
  TRY_SET(const auto of, lookup_.case_of(project, branch, fingerprint, known));
  if (!of) return std::optional<Story>{};
  TRY_SET(Story story, tell_case(*of, nullptr, 0));
  return std::optional(std::move(story));
}

Result<std::optional<ClientHistory>> Storyteller::client_history(const ClientKey& client,
                                                                 const std::string& branch,
                                                                 const std::string& fingerprint,
                                                                 Millis known) {
  TRY_SET(const auto of, lookup_.case_of(client.project, branch, fingerprint, known));
  return of ? testfarm::client_history(lookup_, *of, client, always) : std::optional<ClientHistory>{};
}

Result<std::optional<Judgement>> Storyteller::judge(const ExecutionRow& execution, const Failure& failure) {
  const Summary& summary = execution.summary;
  const ClientKey& client = execution.key.owner;
  if (summary.progress != Progress::failed) return std::optional<Judgement>{};
  const std::string task = failure.task > 0 && failure.task <= summary.tasks.size()
                               ? summary.tasks[failure.task - 1].name
                               : std::string();
  const FailureCase of{.project = client.project,
                       .branch = summary.branch,
                       .fingerprint = failure.fingerprint,
                       .known = summary.heard_at,
                       .newest = {failure, task, summary.tests()}};
  TRY_SET(Story story, tell_case(of, &client, summary.started_at));
  Judgement judgement{Novelty::fresh, {}, std::move(story)};
  const auto since = [&](Novelty verdict, const Occurrence& occurrence) {
    judgement.verdict = verdict;
    judgement.since = occurrence;
    return std::optional(std::move(judgement));
  };
  const auto& parts = judgement.story.histories;
  const auto own = std::find_if(parts.begin(), parts.end(),
                                [&](const ClientHistory& part) { return part.client == client; });
  if (judgement.story.flakiness.flaky()) return since(Novelty::flaky, judgement.story.first);
  if (own != parts.end() && own->first.execution != execution.key.execution)
    return since(Novelty::known, own->first);
  // Somebody else has it already, and for a cause that may be this one's.
  const ClientHistory* earliest = nullptr;
  for (const ClientHistory& part : parts) {
    if (part.client == client || part.first.ended_at >= summary.heard_at || !part.open()) continue;
    const bool told = own != parts.end() && own->range.known && own->range.complete && part.range.known &&
                      part.range.complete;
    if (told && !overlap(own->range, part.range)) continue;
    if (earliest == nullptr || part.first.started_at < earliest->first.started_at) earliest = &part;
  }
  if (earliest != nullptr) return since(Novelty::known, earliest->first);
  TRY_SET(const auto before, Failures(index_).occurrences(client.project, summary.branch, failure.fingerprint,
                                                          summary.heard_at, 2));
  for (const Occurrence& occurrence : before)
    if (occurrence.client != client.client || occurrence.execution != execution.key.execution)
      return since(Novelty::returned, occurrence);
  return std::optional(std::move(judgement));
}

}  // namespace testfarm
