#include "analysis/client_history.hpp"

#include <algorithm>

#include "store/index/branch_results.hpp"
#include "store/index/failures.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_looked_at = 60;  // executions between two that have it, that are looked into

// The last execution of a client that surely does not have it, before one that has.
struct Without {
  std::optional<ExecutionHeader> execution;
  bool sure = true;        // false where a newer one may have been overlooked
  Millis looked_from = 0;  // what began before was not looked at
};

// An execution is held against the occurrence before it: what came later, perhaps with other tests, does not
// change what it said.
Result<Without> last_without(FailureLookup& lookup, const FailureCase& of, const Occurrence& last) {
  const ClientKey client{of.project, last.client};
  const Millis before = last.started_at;
  TRY_SET(auto passed, BranchResults(lookup.index()).passed_before(client, of.branch, before, of.known));
  const Millis from = passed ? passed->started_at + 1 : 0;
  TRY_SET(const auto having,
          Failures(lookup.index())
              .occurrences(client, of.branch, of.fingerprint, from, before, of.known, most_of_row));
  TRY_SET(const auto judged,
          BranchResults(lookup.index()).judged(client, of.branch, from, before, of.known, most_of_row));
  auto earlier = having.begin();  // the newest occurrence that began before what is looked at
  const Occurrence* later = &last;
  std::size_t looked_at = 0;
  Millis reached = before;
  for (const ExecutionHeader& execution : judged) {
    while (earlier != having.end() && earlier->started_at > execution.started_at) later = &*earlier++;
    const bool has = earlier != having.end() && earlier->execution == execution.key.execution;
    if (has) {
      later = &*earlier++;
    } else {
      if (looked_at == most_looked_at) return Without{passed, false, reached};
      ++looked_at;
      const Occurrence& nearest = earlier != having.end() ? *earlier : *later;
      TRY_SET(const FailureIn had, lookup.in(of.fingerprint, {client, nearest.execution}));
      TRY_SET(const bool good, lookup.lacks(of.fingerprint, had, execution));
      if (good) return Without{execution, true, 0};
    }
    reached = execution.started_at;
  }
  if (judged.size() < most_of_row && having.size() < most_of_row) return Without{passed, true, 0};
  // A row so long that nothing else was seen is taken for one.
  return Without{passed, false, looked_at == 0 ? 0 : reached};
}

// The first after it that surely does not have it. Where very many say nothing, the first that passed.
Result<std::optional<ExecutionHeader>> first_without(FailureLookup& lookup, const FailureCase& of,
                                                     const Occurrence& last, Millis before) {
  const ClientKey client{of.project, last.client};
  TRY_SET(const auto passed,
          BranchResults(lookup.index()).passed_from(client, of.branch, last.started_at + 1, of.known));
  const Millis to = std::min(before, passed ? passed->started_at : always);
  TRY_SET(const auto between,
          BranchResults(lookup.index())
              .judged_from(client, of.branch, last.started_at + 1, of.known, most_looked_at));
  TRY_SET(const FailureIn had, lookup.in(of.fingerprint, {client, last.execution}));
  for (const ExecutionHeader& execution : between) {
    if (execution.started_at >= to) break;
    TRY_SET(const bool good, lookup.lacks(of.fingerprint, had, execution));
    if (good) return std::optional(execution);
  }
  return passed && passed->started_at < before ? passed : std::nullopt;
}

}  // namespace

Result<std::optional<ClientHistory>> client_history(FailureLookup& lookup, const FailureCase& of,
                                                    const ClientKey& client, Millis before) {
  TRY_SET(const auto last,
          Failures(lookup.index()).occurrences(client, of.branch, of.fingerprint, 0, before, of.known, 1));
  if (last.empty()) return std::optional<ClientHistory>{};
  ClientHistory part{.client = client, .first = last.front(), .last = last.front(), .sure = true};
  TRY_SET(const Without without, last_without(lookup, of, part.last));
  part.good = without.execution;
  part.sure = without.sure;
  const Millis from = std::max(part.good ? part.good->started_at + 1 : 0, without.looked_from);
  TRY_SET(const auto first,
          Failures(lookup.index()).first_occurrence(client, of.branch, of.fingerprint, from, of.known));
  if (first) part.first = *first;
  TRY_SET(part.fixed_by, first_without(lookup, of, part.last, before));
  if (part.good) {
    TRY_SET(part.range, range_between(lookup.index(), *part.good, part.first, of.known));
    part.range.complete = part.range.complete && part.sure;
  }
  return part;
}

}  // namespace testfarm
