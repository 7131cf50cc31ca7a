#include "analysis/flakiness.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "store/index/branch_results.hpp"
#include "store/index/failures.hpp"

namespace testfarm {
namespace {

constexpr std::size_t flaky_window = 100;
constexpr std::size_t flaky_executions = 40;  // of each client

// An execution of a client that met the failure: whether it has it, or surely does not.
struct Outcome {
  ExecutionHeader execution;
  bool has;
};

// Around the client's last occurrence, oldest first; those that say nothing of it are left out.
Result<std::vector<Outcome>> outcomes_of(FailureLookup& lookup, const FailureCase& of,
                                         const ClientKey& client) {
  TRY_SET(const auto last,
          Failures(lookup.index()).occurrences(client, of.branch, of.fingerprint, 0, always, of.known, 1));
  if (last.empty()) return std::vector<Outcome>{};
  const Millis behind = last.front().started_at + 1;
  TRY_SET(auto rows,
          BranchResults(lookup.index()).judged(client, of.branch, 0, behind, of.known, flaky_executions));
  std::reverse(rows.begin(), rows.end());
  TRY_SET(const auto after,
          BranchResults(lookup.index()).judged_from(client, of.branch, behind, of.known, 5));
  rows.insert(rows.end(), after.begin(), after.end());
  const Millis from = rows.empty() ? 0 : rows.front().started_at;
  TRY_SET(const auto having, lookup.executions_with(of, client, from, behind));
  std::vector<Outcome> outcomes;
  for (ExecutionHeader& execution : rows) {
    const bool has = having.contains(execution.key.execution);
    TRY_SET(const bool without,
            has ? Result<bool>(false) : lookup.lacks(of.fingerprint, of.newest, execution));
    if (has || without) outcomes.push_back({std::move(execution), has});
  }
  return outcomes;
}

// Whether two executions tested the same revisions of everything.
Result<bool> same_sources(Index& index, const ExecutionHeader& a, const ExecutionHeader& b) {
  if (a.revision != b.revision) return false;
  TRY_SET(const auto one, index.execution_in_short(a.key));
  TRY_SET(const auto other, index.execution_in_short(b.key));
  if (!one || !other) return false;
  const auto& mine = one->summary.repositories;
  const auto& theirs = other->summary.repositories;
  return std::equal(mine.begin(), mine.end(), theirs.begin(), theirs.end(), [](const auto& x, const auto& y) {
    return x.name == y.name && x.revision == y.revision;
  });
}

Result<bool> same_facts(Index& index, const ExecutionHeader& a, const ExecutionHeader& b) {
  TRY_SET(const auto one, index.execution_in_short(a.key));
  TRY_SET(const auto other, index.execution_in_short(b.key));
  return one && other && one->summary.facts == other->summary.facts;
}

Status count_window(FailureLookup& lookup, const FailureCase& of, Flakiness& found) {
  TRY_SET(
      const auto recent,
      Failures(lookup.index()).occurrences(of.project, of.branch, of.fingerprint, of.known, flaky_window));
  // As of its last occurrence: what is over for long is judged as it was then.
  Millis heard = 0;
  std::set<std::pair<ClientId, ExecutionId>> having;
  for (const Occurrence& occurrence : recent) {
    heard = std::max(heard, occurrence.ended_at);
    having.emplace(occurrence.client, occurrence.execution);
  }
  TRY_SET(const auto window,
          BranchResults(lookup.index()).heard_last(of.project, of.branch, heard, flaky_window));
  for (const ExecutionHeader& execution : window)
    if (having.contains({execution.key.owner.client, execution.key.execution})) ++found.seen;
  found.of = window.size();
  return {};
}

// At how many revisions one client had it, and another that has had it, with the same facts, did not.
Result<std::size_t> disagreements(Index& index, const std::vector<ExecutionHeader>& with,
                                  const std::vector<std::pair<ExecutionHeader, ExecutionHeader>>& without) {
  std::map<std::string, const ExecutionHeader*> had;
  for (const ExecutionHeader& execution : with) had[execution.revision] = &execution;
  std::set<std::string> revisions;
  for (const auto& [execution, having] : without) {
    const auto other = had.find(execution.revision);
    if (other == had.end() || revisions.contains(execution.revision)) continue;
    TRY_SET(const bool sources, same_sources(index, execution, *other->second));
    TRY_SET(const bool facts, same_facts(index, execution, having));
    if (sources && facts) revisions.insert(execution.revision);
  }
  return revisions.size();
}

}  // namespace

Result<Flakiness> flakiness_of(FailureLookup& lookup, const FailureCase& of) {
  Flakiness found;
  TRY(count_window(lookup, of, found));
  std::vector<ExecutionHeader> with;  // one of each revision at which somebody had it
  std::vector<std::pair<ExecutionHeader, ExecutionHeader>>
      without;  // who did not have it, and the same client having it
  TRY_SET(const auto clients, Failures(lookup.index()).clients_with(of.project, of.branch, of.fingerprint));
  for (const ClientId& id : clients) {
    TRY_SET(const auto outcomes, outcomes_of(lookup, of, {of.project, id}));
    std::map<std::string, const ExecutionHeader*> here;  // revisions at which this client had it
    const ExecutionHeader* last = nullptr;
    std::size_t comings = 0;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const auto& [execution, has] = outcomes[i];
      if (!has) continue;
      if (i == 0 || !outcomes[i - 1].has) ++comings;
      here[execution.revision] = last = &execution;
    }
    found.comings = std::max(found.comings, comings);
    for (const auto& [revision, execution] : here) with.push_back(*execution);
    for (const auto& [execution, has] : outcomes) {
      if (has || last == nullptr) continue;
      without.emplace_back(execution, *last);
      const auto both = here.find(execution.revision);
      if (both == here.end()) continue;
      TRY_SET(const bool sources, same_sources(lookup.index(), execution, *both->second));
      TRY_SET(const bool facts, same_facts(lookup.index(), execution, *both->second));
      if (sources && facts && ++found.both > 0) here.erase(both);
    }
  }
  TRY_SET(found.disagree, disagreements(lookup.index(), with, without));
  return found;
}

}  // namespace testfarm
