// What executions of a branch came to: passed or failed, since when, and as far as was known at a moment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/index/index.hpp"

namespace testfarm {

// Questions to an index, which outlives it; costs nothing to make. None costs more as the history grows: each
// has an index of SQLite that holds what it answers.
class BranchResults {
 public:
  explicit BranchResults(Index& index) : index_(index) {}

  // The newest execution of the branch that passed, and the oldest failed one after it: since when it fails.
  Result<std::optional<ExecutionHeader>> last_passed(const ClientKey& client, const std::string& branch);
  Result<std::optional<ExecutionHeader>> first_failed_after(const ClientKey& client,
                                                            const std::string& branch, Millis after);
  // newest first.
  Result<std::vector<ExecutionHeader>> judged(const ClientKey& client, const std::string& branch, Millis from,
                                              Millis to, Millis known, std::size_t most);
  // The oldest so many that began at `from` or later, oldest first.
  Result<std::vector<ExecutionHeader>> judged_from(const ClientKey& client, const std::string& branch,
                                                   Millis from, Millis known, std::size_t most);
  // The same whatever they came to.
  Result<std::vector<ExecutionHeader>> of_branch(const ClientKey& client, const std::string& branch,
                                                 Millis from, Millis to, Millis known, std::size_t most);
  // The newest that passed before a moment, as far as it was known.
  Result<std::optional<ExecutionHeader>> passed_before(const ClientKey& client, const std::string& branch,
                                                       Millis before, Millis known);
  // The oldest that passed from a moment on.
  Result<std::optional<ExecutionHeader>> passed_from(const ClientKey& client, const std::string& branch,
                                                     Millis from, Millis known);
  // The last executions of any client that passed or failed on the branch, by when the farm heard of them.
  Result<std::vector<ExecutionHeader>> heard_last(const ProjectId& project, const std::string& branch,
                                                  Millis known, std::size_t most);
  // Executions that the farm heard of later than that.
  Result<std::vector<ExecutionHeader>> heard_after(const ProjectId& project, const std::string& branch,
                                                   Millis moment, std::size_t most);

 private:
  Result<std::vector<ExecutionHeader>> judged_in(const ClientKey& client, const std::string& branch,
                                                 Millis from, Millis to, Millis known, std::size_t most,
                                                 bool newest);
  Index& index_;
};

}  // namespace testfarm
