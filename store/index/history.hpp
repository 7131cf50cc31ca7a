// Executions by time: lists of them, and the way from one to the next.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/index/index.hpp"

namespace testfarm {

// Questions to an index, which outlives it; costs nothing to make. None costs more as the history grows: each
// has an index of SQLite that holds what it answers.
class History {
 public:
  explicit History(Index& index) : index_(index) {}

  Result<std::vector<std::string>> branches(const ClientKey& client);
  // Newest first.
  Result<std::vector<ExecutionHeader>> latest(const ClientKey& client, const std::string& branch,
                                              std::size_t most);
  Result<std::vector<ExecutionHeader>> latest(const ClientKey& client, std::size_t most);
  // The same with their stats, which costs less than their summaries.
  Result<std::vector<MeasuredExecution>> latest_measured(const ClientKey& client, const std::string& branch,
                                                         std::size_t most);
  Result<std::vector<ExecutionHeader>> between(const ProjectId& project, Millis from, Millis to,
                                               std::size_t most);
  // Beyond a place in that order: what a walk takes next.
  Result<std::vector<ExecutionHeader>> older_than(const Sweep& place, std::size_t most);
  // Who tested a revision.
  Result<std::vector<ExecutionHeader>> of_revision(const ProjectId& project, const std::string& revision,
                                                   std::size_t most);
  Result<std::vector<ExecutionHeader>> of_revision(const ProjectId& project, const std::string& branch,
                                                   const std::string& revision, std::size_t most);
  Result<std::optional<ExecutionHeader>> oldest_of_revision(const ProjectId& project,
                                                            const std::string& revision);
  // The same with their summaries.
  Result<std::vector<ExecutionRow>> latest_rows(const ClientKey& client, std::size_t most);
  Result<std::vector<std::string>> branches_of(const ProjectId& project);
  // The one before and the one after, by time, of the same client.
  Result<std::optional<ExecutionHeader>> previous(const ExecutionHeader& of);
  Result<std::optional<ExecutionHeader>> following(const ExecutionHeader& of);
  // The newest and the oldest execution before and from a moment on; nothing where there is none.
  Result<std::optional<Millis>> newest_before(const ProjectId& project, Millis moment);
  Result<std::optional<Millis>> oldest_from(const ProjectId& project, Millis moment);
  // How many executions began before a moment's day was over.
  Result<std::uint64_t> count_until(const ProjectId& project, Millis moment);
  // Newest day first.
  Result<std::vector<DayCount>> days(const ProjectId& project, Millis from, Millis to);

 private:
  Index& index_;
};

}  // namespace testfarm
