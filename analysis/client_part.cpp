// How one client met a failure: which of its executions have it, which surely do not, and the row in between.
// The part of the storyteller that looks into executions (story.hpp, ClientPart).
#include <algorithm>
#include <set>

#include "analysis/story_case.hpp"
#include "store/index/branch_results.hpp"
#include "store/index/failures.hpp"

namespace testfarm {

// Stories ask of the same few executions again and again.
Result<const ExecutionRow*> Storyteller::row_of(const ExecutionKey& key) {
  constexpr std::size_t most_rows = 200;
  auto known = rows_.find(key);
  if (known == rows_.end()) {
    if (rows_.size() >= most_rows) rows_.clear();
    TRY_SET(auto row, index_.execution_in_short(key));
    known = rows_.emplace(key, std::move(row)).first;
  }
  return known->second ? &*known->second : nullptr;
}

Result<Storyteller::Where> Storyteller::where(const std::string& fingerprint, const ExecutionKey& execution) {
  TRY_SET(const ExecutionRow* row, row_of(execution));
  Where where;
  if (row == nullptr) return where;
  if (const Failure* failure = row->summary.failure(fingerprint)) where.example = *failure;
  if (where.example.task > 0 && where.example.task <= row->summary.tasks.size())
    where.task = row->summary.tasks[where.example.task - 1].name;
  where.tests = row->summary.tests();
  return where;
}

// Whether an execution that passed or failed surely does not have what was elsewhere. One that failed earlier
// says nothing.
Result<bool> Storyteller::lacks(const std::string& fingerprint, const Where& where, const Brief& execution) {
  if (execution.progress == Progress::passed) return true;
  TRY_SET(const ExecutionRow* row, row_of(execution.key));
  if (row == nullptr || row->summary.failures_omitted > 0) return false;
  const Summary& summary = row->summary;
  if (summary.failure(fingerprint) != nullptr) return false;
  const auto task = std::find_if(summary.tasks.begin(), summary.tasks.end(),
                                 [&](const TaskSummary& t) { return t.name == where.task; });
  if (task != summary.tasks.end() && task->progress == Progress::passed) return true;
  const std::string& test = where.example.test;
  return !test.empty() && where.tests > 0 && summary.tests() >= where.tests &&
         summary.tests_failed <= summary.failed_tests.size() &&
         std::find(summary.failed_tests.begin(), summary.failed_tests.end(), test) ==
             summary.failed_tests.end();
}

Result<bool> Storyteller::mends(const Brief& execution, const std::optional<Brief>& before,
                                const std::string& fingerprint) {
  const ClientKey& client = execution.key.owner;
  TRY_SET(const auto last, Failures(index_).sightings(client, execution.branch, fingerprint, 0,
                                                      execution.started_at, always, 1));
  if (last.empty()) return false;
  TRY_SET(const Where had, where(fingerprint, {client, last.front().execution}));
  TRY_SET(const bool gone, lacks(fingerprint, had, execution));
  if (!gone || !before || before->started_at <= last.front().started_at) return gone;
  TRY_SET(const bool gone_before, lacks(fingerprint, had, *before));
  return !gone_before;
}

Result<std::set<ExecutionId>> Storyteller::executions_with(const Case& of, const ClientKey& client,
                                                           Millis from, Millis to) {
  TRY_SET(const auto sightings,
          Failures(index_).sightings(client, of.branch, of.fingerprint, from, to, of.known, most_of_row));
  std::set<ExecutionId> having;
  for (const Sighting& sighting : sightings) having.insert(sighting.execution);
  return having;
}

// An execution is held against the sighting before it: what came later, perhaps with other tests, does not
// change what it said.
Result<Storyteller::Without> Storyteller::last_without(const Case& of, const Sighting& last) {
  const ClientKey client{of.project, last.client};
  const Millis before = last.started_at;
  TRY_SET(auto passed, BranchResults(index_).passed_before(client, of.branch, before, of.known));
  const Millis from = passed ? passed->started_at + 1 : 0;
  TRY_SET(const auto having,
          Failures(index_).sightings(client, of.branch, of.fingerprint, from, before, of.known, most_of_row));
  TRY_SET(const auto judged,
          BranchResults(index_).judged(client, of.branch, from, before, of.known, most_of_row));
  auto earlier = having.begin();  // the newest sighting that began before what is looked at
  const Sighting* later = &last;
  std::size_t looked_at = 0;
  Millis reached = before;
  for (const Brief& execution : judged) {
    while (earlier != having.end() && earlier->started_at > execution.started_at) later = &*earlier++;
    const bool has = earlier != having.end() && earlier->execution == execution.key.execution;
    if (has) {
      later = &*earlier++;
    } else {
      if (looked_at == most_looked_at) return Without{passed, false, reached};
      ++looked_at;
      const Sighting& nearest = earlier != having.end() ? *earlier : *later;
      TRY_SET(const Where had, where(of.fingerprint, {client, nearest.execution}));
      TRY_SET(const bool good, lacks(of.fingerprint, had, execution));
      if (good) return Without{execution, true, 0};
    }
    reached = execution.started_at;
  }
  if (judged.size() < most_of_row && having.size() < most_of_row) return Without{passed, true, 0};
  // A row so long that nothing else was seen is taken for one.
  return Without{passed, false, looked_at == 0 ? 0 : reached};
}

// The first after it that surely does not have it. Where very many say nothing, the first that passed.
Result<std::optional<Brief>> Storyteller::first_without(const Case& of, const Sighting& last, Millis before) {
  const ClientKey client{of.project, last.client};
  TRY_SET(const auto passed,
          BranchResults(index_).passed_from(client, of.branch, last.started_at + 1, of.known));
  const Millis to = std::min(before, passed ? passed->started_at : always);
  TRY_SET(const auto between, BranchResults(index_).judged_from(client, of.branch, last.started_at + 1,
                                                                of.known, most_looked_at));
  TRY_SET(const Where had, where(of.fingerprint, {client, last.execution}));
  for (const Brief& execution : between) {
    if (execution.started_at >= to) break;
    TRY_SET(const bool good, lacks(of.fingerprint, had, execution));
    if (good) return std::optional(execution);
  }
  return passed && passed->started_at < before ? passed : std::nullopt;
}

// The last row of executions of a client, begun before a moment, that have the failure.
Result<std::optional<ClientPart>> Storyteller::part_of(const Case& of, const ClientKey& client,
                                                       Millis before) {
  TRY_SET(const auto last,
          Failures(index_).sightings(client, of.branch, of.fingerprint, 0, before, of.known, 1));
  if (last.empty()) return std::optional<ClientPart>{};
  ClientPart part{client, {}, last.front(), last.front(), true, {}, {}};
  TRY_SET(const Without without, last_without(of, part.last));
  part.good = without.execution;
  part.sure = without.sure;
  const Millis from = std::max(part.good ? part.good->started_at + 1 : 0, without.looked_from);
  TRY_SET(const auto first,
          Failures(index_).first_sighting(client, of.branch, of.fingerprint, from, of.known));
  if (first) part.first = *first;
  TRY_SET(part.fixed_by, first_without(of, part.last, before));
  if (part.good) {
    TRY_SET(part.range, range_between(index_, *part.good, part.first, of.known));
    part.range.complete = part.range.complete && part.sure;
  }
  return part;
}

}  // namespace testfarm
