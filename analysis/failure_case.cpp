#include "analysis/failure_case.hpp"

#include <algorithm>

#include "store/index/failures.hpp"

namespace testfarm {

Result<const ExecutionRow*> FailureLookup::row_of(const ExecutionKey& key) {
  constexpr std::size_t most_rows = 200;
  auto known = rows_.find(key);
  if (known == rows_.end()) {
    if (rows_.size() >= most_rows) rows_.clear();
    TRY_SET(auto row, index_.execution_in_short(key));
    known = rows_.emplace(key, std::move(row)).first;
  }
  return known->second ? &*known->second : nullptr;
}

Result<FailureIn> FailureLookup::in(const std::string& fingerprint, const ExecutionKey& execution) {
  TRY_SET(const ExecutionRow* row, row_of(execution));
  FailureIn found;
  if (row == nullptr) return found;
  if (const Failure* failure = row->summary.failure(fingerprint)) found.example = *failure;
  if (found.example.task > 0 && found.example.task <= row->summary.tasks.size())
    found.task = row->summary.tasks[found.example.task - 1].name;
  found.tests = row->summary.tests();
  return found;
}

Result<bool> FailureLookup::lacks(const std::string& fingerprint, const FailureIn& elsewhere,
                                  const ExecutionHeader& execution) {
  if (execution.progress == Progress::passed) return true;
  TRY_SET(const ExecutionRow* row, row_of(execution.key));
  if (row == nullptr || row->summary.failures_omitted > 0) return false;
  const Summary& summary = row->summary;
  if (summary.failure(fingerprint) != nullptr) return false;
  const auto task = std::find_if(summary.tasks.begin(), summary.tasks.end(),
                                 [&](const TaskSummary& t) { return t.name == elsewhere.task; });
  if (task != summary.tasks.end() && task->progress == Progress::passed) return true;
  const std::string& test = elsewhere.example.test;
  return !test.empty() && elsewhere.tests > 0 && summary.tests() >= elsewhere.tests &&
         summary.tests_failed <= summary.failed_tests.size() &&
         std::find(summary.failed_tests.begin(), summary.failed_tests.end(), test) ==
             summary.failed_tests.end();
}

Result<std::set<ExecutionId>> FailureLookup::executions_with(const FailureCase& of, const ClientKey& client,
                                                             Millis from, Millis to) {
  TRY_SET(const auto occurrences,
          Failures(index_).occurrences(client, of.branch, of.fingerprint, from, to, of.known, most_of_row));
  std::set<ExecutionId> having;
  for (const Occurrence& occurrence : occurrences) having.insert(occurrence.execution);
  return having;
}

Result<std::optional<FailureCase>> FailureLookup::case_of(const ProjectId& project, const std::string& branch,
                                                          const std::string& fingerprint, Millis known) {
  TRY_SET(const auto newest, Failures(index_).occurrences(project, branch, fingerprint, known, 1));
  if (newest.empty()) return std::optional<FailureCase>{};
  TRY_SET(FailureIn has, in(fingerprint, {{project, newest.front().client}, newest.front().execution}));
  return std::optional(FailureCase{.project = project,
                                   .branch = branch,
                                   .fingerprint = fingerprint,
                                   .known = known,
                                   .newest = std::move(has)});
}

}  // namespace testfarm
