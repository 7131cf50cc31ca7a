#include "generator/story.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_looked_at = 60;  // executions of one client between two that are known
constexpr std::size_t flaky_window = 100;

std::uint64_t tests_in(const Summary& summary) {
  return summary.tests_passed + summary.tests_failed + summary.tests_skipped;
}

}  // namespace

// What is looked for, and as of when.
struct Storyteller::Case {
  ProjectId project;
  std::string branch;
  std::string fingerprint;
  Millis known;
  Failure example;
  std::string task;          // its name
  std::uint64_t tests = 0;   // reported where it was seen
};

// Whether an execution that passed or failed surely does not have the failure. One that failed earlier says nothing.
Result<bool> Storyteller::lacks(const Case& of, const Brief& execution) {
  if (execution.progress == Progress::passed) return true;
  TRY_SET(const auto row, index_.execution_in_short(execution.key));
  if (!row || row->summary.failures_omitted > 0) return false;
  const Summary& summary = row->summary;
  if (std::any_of(summary.failures.begin(), summary.failures.end(),
                  [&](const Failure& failure) { return failure.fingerprint == of.fingerprint; }))
    return false;
  const auto task = std::find_if(summary.tasks.begin(), summary.tasks.end(),
                                 [&](const TaskSummary& t) { return t.name == of.task; });
  if (task != summary.tasks.end() && task->progress == Progress::passed) return true;
  return !of.example.test.empty() && of.tests > 0 && tests_in(summary) >= of.tests &&
         summary.tests_failed <= summary.failed_tests.size() &&
         std::find(summary.failed_tests.begin(), summary.failed_tests.end(), of.example.test) ==
             summary.failed_tests.end();
}

Result<std::optional<Brief>> Storyteller::last_without(const Case& of, const ClientKey& client, Millis before) {
  TRY_SET(auto passed, index_.passed_before(client, of.branch, before, of.known));
  const Millis from = passed ? passed->started_at + 1 : 0;
  TRY_SET(const auto failed, index_.judged(client, of.branch, from, before, of.known, most_looked_at));
  for (const Brief& execution : failed) {
    TRY_SET(const bool good, lacks(of, execution));
    if (good) return std::optional(execution);
  }
  return passed;
}

// The last row of executions of a client, begun before a moment, that have the failure.
Result<std::optional<ClientPart>> Storyteller::part_of(const Case& of, const ClientKey& client, Millis before) {
  TRY_SET(const auto last,
          index_.sightings(client, of.branch, of.fingerprint, 0, before, of.known, 1));
  if (last.empty()) return std::optional<ClientPart>{};
  ClientPart part{client, {}, last.front(), last.front(), {}, {}};
  TRY_SET(part.good, last_without(of, client, part.last.started_at));
  TRY_SET(const auto first, index_.first_sighting(client, of.branch, of.fingerprint,
                                                  part.good ? part.good->started_at + 1 : 0, of.known));
  if (first) part.first = *first;
  TRY_SET(auto after, index_.judged(client, of.branch, part.last.started_at + 1, before, of.known,
                                    most_looked_at));
  std::reverse(after.begin(), after.end());
  for (const Brief& execution : after) {
    TRY_SET(const bool good, lacks(of, execution));
    if (!good) continue;
    part.fixed_by = execution;
    break;
  }
  if (part.good) {
    TRY_SET(part.range, range_between(index_, *part.good, part.first, of.known));
  }
  return part;
}

// Who passes what the others fail counts only if it tested what is suspected.
Status Storyteller::compare_machines(const Case& of, Story& story) {
  std::vector<Facts> failing;
  std::set<ClientId> compared;
  std::set<std::string> red;
  for (const ClientPart& part : story.parts) {
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
    TRY_SET(const auto commit, index_.commit(of.project, of.branch, newest.repository, newest.revision));
    if (commit) suspected = commit->at;
  }
  std::vector<Facts> passing;
  TRY_SET(const auto clients, index_.clients(of.project));
  for (const ClientRow& client : clients) {
    if (compared.contains(client.key.client)) continue;
    TRY_SET(const auto newest, index_.judged(client.key, of.branch, 0, always, of.known, 1));
    if (newest.empty()) continue;
    TRY_SET(const bool good, lacks(of, newest.front()));
    TRY_SET(const auto row, index_.execution_in_short(newest.front().key));
    if (!good || !row || row->summary.repositories.empty()) continue;
    const std::string& revision = newest.front().revision;
    TRY_SET(const auto commit,
            index_.commit(of.project, of.branch, row->summary.repositories[0].name, revision));
    if (red.contains(revision) || (commit && commit->at >= suspected)) passing.push_back(row->summary.facts);
  }
  story.failing = failing.size();
  story.passing = passing.size();
  story.features = contrast(failing, passing);
  return {};
}

// Whether two executions of a client tested the same with the same: all repositories and all facts.
Result<bool> Storyteller::same_conditions(const ExecutionKey& a, const ExecutionKey& b) {
  TRY_SET(const auto one, index_.execution_in_short(a));
  TRY_SET(const auto other, index_.execution_in_short(b));
  if (!one || !other || one->summary.facts != other->summary.facts) return false;
  const auto& mine = one->summary.repositories;
  const auto& theirs = other->summary.repositories;
  return std::equal(mine.begin(), mine.end(), theirs.begin(), theirs.end(),
                    [](const auto& x, const auto& y) { return x.name == y.name && x.revision == y.revision; });
}

Result<Flakiness> Storyteller::flakiness_of(const Case& of) {
  TRY_SET(auto window, index_.heard_last(of.project, of.branch, of.known, flaky_window));
  TRY_SET(const auto sightings,
          index_.sightings(of.project, of.branch, of.fingerprint, of.known, 2 * flaky_window));
  std::set<ExecutionKey> having;
  for (const Sighting& sighting : sightings)
    having.insert({{of.project, sighting.client}, sighting.execution});
  std::map<ClientKey, std::vector<Brief>> rows;
  std::sort(window.begin(), window.end(), [](const Brief& a, const Brief& b) { return a.started_at < b.started_at; });
  for (Brief& execution : window) rows[execution.key.owner].push_back(std::move(execution));
  Flakiness found;
  for (const auto& [client, row] : rows) {
    std::size_t length = 0;
    std::map<std::string, std::pair<const Brief*, const Brief*>> outcomes;  // of a revision: with it, passed
    for (std::size_t i = 0; i < row.size(); ++i) {
      ++found.of;
      const bool has = having.contains(row[i].key);
      length = has ? length + 1 : 0;
      found.in_row = std::max(found.in_row, length);
      auto& [with, without] = outcomes[row[i].revision];
      if (has) {
        ++found.seen;
        with = &row[i];
        const auto passed = [&](std::size_t at) { return row[at].progress == Progress::passed; };
        if (i > 0 && i + 1 < row.size() && passed(i - 1) && passed(i + 1)) ++found.isolated;
      } else if (row[i].progress == Progress::passed) {
        without = &row[i];
      }
    }
    for (const auto& [revision, both] : outcomes) {
      if (both.first == nullptr || both.second == nullptr) continue;
      TRY_SET(const bool same, same_conditions(both.first->key, both.second->key));
      if (same) ++found.both;
    }
  }
  return found;
}

// Of clients that share a cause, the one that it is about first, then who began with the newest commits: an old open
// row of a client that lags behind may be of another cause.
static std::vector<Range> ranges_of(const std::vector<ClientPart>& parts, bool open, const ClientKey* about) {
  std::vector<const ClientPart*> counted;
  for (const ClientPart& part : parts)
    if (part.range.known && (part.open() || !open)) counted.push_back(&part);
  const auto newest = [](const ClientPart* part) {
    return part->range.commits.empty() ? Millis{0} : part->range.commits.front().at;
  };
  std::stable_sort(counted.begin(), counted.end(), [&](const ClientPart* a, const ClientPart* b) {
    const bool mine = about != nullptr && a->client == *about;
    const bool other = about != nullptr && b->client == *about;
    return mine != other ? mine : newest(a) > newest(b);
  });
  std::vector<Range> ranges;
  for (const ClientPart* part : counted) ranges.push_back(part->range);
  return ranges;
}

Result<Story> Storyteller::tell_case(const Case& of, const ClientKey* about, Millis about_at) {
  TRY_SET(const auto first, index_.first_sighting(of.project, of.branch, of.fingerprint, of.known));
  TRY_SET(const auto last, index_.sightings(of.project, of.branch, of.fingerprint, of.known, 1));
  if (!first || last.empty())
    return fail(ErrorKind::damaged, cat("the index has lost the failure ", of.fingerprint));
  Story story{of.project, of.branch, of.fingerprint, of.example, {}, 0, *first, last.front(), {}, 0, {}, 0, 0, {}};
  TRY_SET(const auto clients, index_.clients_with(of.project, of.branch, of.fingerprint));
  for (const ClientId& id : clients) {
    const ClientKey client{of.project, id};
    const bool itself = about != nullptr && client == *about;
    TRY_SET(auto part, part_of(of, client, itself ? about_at + 1 : always));
    if (part) story.parts.push_back(*std::move(part));
  }
  std::stable_sort(story.parts.begin(), story.parts.end(), [](const ClientPart& a, const ClientPart& b) {
    return a.open() != b.open() ? a.open() : a.last.started_at > b.last.started_at;
  });
  story.open = static_cast<std::size_t>(
      std::count_if(story.parts.begin(), story.parts.end(), [](const ClientPart& part) { return part.open(); }));
  story.suspects = shared(ranges_of(story.parts, story.open > 0, about), &story.ranges);
  TRY_SET(story.flakiness, flakiness_of(of));
  if (!story.flakiness.flaky()) TRY(compare_machines(of, story));
  return story;
}

Result<std::optional<Story>> Storyteller::tell(const ProjectId& project, const std::string& branch,
                                               const std::string& fingerprint, Millis known) {
  TRY_SET(const auto newest, index_.sightings(project, branch, fingerprint, known, 1));
  if (newest.empty()) return std::optional<Story>{};
  TRY_SET(const auto row, index_.execution_in_short({{project, newest.front().client}, newest.front().execution}));
  Case of{project, branch, fingerprint, known, {}, {}, 0};
  if (row) {
    const auto failure =
        std::find_if(row->summary.failures.begin(), row->summary.failures.end(),
                     [&](const Failure& candidate) { return candidate.fingerprint == fingerprint; });
    if (failure != row->summary.failures.end()) of.example = *failure;
    if (of.example.task > 0 && of.example.task <= row->summary.tasks.size())
      of.task = row->summary.tasks[of.example.task - 1].name;
    of.tests = tests_in(row->summary);
  }
  TRY_SET(Story story, tell_case(of, nullptr, 0));
  return std::optional(std::move(story));
}

Result<std::optional<Judgement>> Storyteller::judge(const ExecutionRow& execution, const Failure& failure) {
  const Summary& summary = execution.summary;
  const ClientKey& client = execution.key.owner;
  if (summary.progress != Progress::failed) return std::optional<Judgement>{};
  const std::string task = failure.task > 0 && failure.task <= summary.tasks.size()
                               ? summary.tasks[failure.task - 1].name
                               : std::string();
  const Case of{client.project, summary.branch, failure.fingerprint, summary.heard_at, failure, task,
                tests_in(summary)};
  TRY_SET(Story story, tell_case(of, &client, summary.started_at));
  Judgement judgement{Verdict::fresh, {}, std::move(story)};
  const auto since = [&](Verdict verdict, const Sighting& sighting) {
    judgement.verdict = verdict;
    judgement.since = sighting;
    return std::optional(std::move(judgement));
  };
  const auto& parts = judgement.story.parts;
  const auto own = std::find_if(parts.begin(), parts.end(), [&](const ClientPart& part) { return part.client == client; });
  if (judgement.story.flakiness.flaky()) return since(Verdict::flaky, judgement.story.first);
  if (own != parts.end() && own->first.execution != execution.key.execution) return since(Verdict::known, own->first);
  // Somebody else has it already, and for a cause that may be this one's.
  const ClientPart* earliest = nullptr;
  for (const ClientPart& part : parts) {
    if (part.client == client || part.first.ended_at >= summary.heard_at || !part.open()) continue;
    const bool told = own != parts.end() && own->range.known && own->range.complete && part.range.known &&
                      part.range.complete;
    if (told && !overlap(own->range, part.range)) continue;
    if (earliest == nullptr || part.first.started_at < earliest->first.started_at) earliest = &part;
  }
  if (earliest != nullptr) return since(Verdict::known, earliest->first);
  TRY_SET(const auto before, index_.sightings(client.project, summary.branch, failure.fingerprint,
                                              summary.heard_at, 2));
  for (const Sighting& sighting : before)
    if (sighting.client != client.client || sighting.execution != execution.key.execution)
      return since(Verdict::returned, sighting);
  return std::optional(std::move(judgement));
}

}  // namespace testfarm
