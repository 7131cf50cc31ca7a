#include "analysis/suspects.hpp"
#include "store/index/branch_results.hpp"
#include "store/index/commits.hpp"
#include "store/summary/summary_codec.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace testfarm {
namespace {

constexpr std::size_t most_executions = 100;

using Name = std::pair<std::string, std::string>;  // repository and revision
Name name_of(const Commit& commit) { return {commit.repository, commit.revision}; }

// Where each repository stands, by its name.
using Heads = std::map<std::string, std::string>;
Heads heads_of(const Summary& summary) {
  Heads heads;
  for (const RepositorySummary& repository : summary.repositories)
    heads[repository.name] = repository.revision;
  return heads;
}

// Puts one execution's changes before those so far. False where they do not follow from where the one before
// stood.
bool take_changes_of(const Summary& summary, Heads& heads, std::vector<Commit>& commits) {
  bool follows = true;
  std::vector<Commit> newer;
  for (const RepositorySummary& repository : summary.repositories) {
    std::string& head = heads[repository.name];
    if (repository.revision == head) continue;
    follows =
        follows && repository.previous == head && repository.changes == repository.listed_changes.size();
    head = repository.revision;
    for (const Change& change : repository.listed_changes)
      newer.push_back(
          {repository.name, change.revision, change.time * second_ms, change.author, change.message});
    // Not even the tested revision was told.
    if (repository.listed_changes.empty())
      newer.push_back({.repository = repository.name, .revision = repository.revision, .at = 0});
  }
  commits.insert(commits.begin(), newer.begin(), newer.end());
  return follows;
}

}  // namespace

Result<Range> range_between(Index& index, const ExecutionHeader& good, const Occurrence& bad, Millis known) {
  const ClientKey& client = good.key.owner;
  TRY_SET(auto executions, BranchResults(index).of_branch(client, good.branch, good.started_at,
                                                          bad.started_at + 1, known, most_executions + 1));
  Range range{{}, true, executions.size() <= most_executions};
  TRY_SET(const auto start, index.execution_in_short(good.key));
  if (!start) return range;
  Heads heads = heads_of(start->summary);
  std::reverse(executions.begin(), executions.end());
  for (const ExecutionHeader& header : executions) {
    if (header.key == good.key || header.started_at < good.started_at) continue;
    TRY_SET(const auto row, index.execution(header.key));
    if (row && !take_changes_of(row->summary, heads, range.commits)) range.complete = false;
    if (header.key.execution == bad.execution) break;
  }
  if (range.commits.size() > most_suspects) {
    range.commits.resize(most_suspects);
    range.complete = false;
  }
  // Only commits of the main repository have a place on pages.
  for (Commit& commit : range.commits) {
    if (start->summary.repositories.empty() || commit.repository != start->summary.repositories[0].name)
      continue;
    TRY_SET(const auto listed,
            Commits(index).commit(client.project, good.branch, commit.repository, commit.revision));
    if (listed) commit.listed_at = listed->at;
  }
  return range;
}

bool overlap(const Range& a, const Range& b) {
  std::set<Name> names;
  for (const Commit& commit : a.commits) names.insert(name_of(commit));
  return std::any_of(b.commits.begin(), b.commits.end(),
                     [&](const Commit& commit) { return names.contains(name_of(commit)); });
}

Range shared(const std::vector<Range>& ranges, std::size_t* used) {
  Range left;
  std::size_t count = 0;
  for (const Range& range : ranges) {
    if (!range.known || (left.known && !overlap(left, range))) continue;
    // What a range does not tell it cannot exclude.
    if (left.known && !range.complete) continue;
    if (!left.known || !left.complete) {
      // From an incomplete one on to the first complete one that shares something with it.
      left = range;
    } else {
      std::set<Name> names;
      for (const Commit& commit : range.commits) names.insert(name_of(commit));
      std::erase_if(left.commits, [&](const Commit& commit) { return !names.contains(name_of(commit)); });
    }
    ++count;
  }
  if (used != nullptr) *used = count;
  return left;
}

}  // namespace testfarm
