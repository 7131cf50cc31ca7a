// One failure that is looked for, and what executions say of it: which have it, which surely do not. What the
// story, a client's history and the flakiness of a failure share.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/result.hpp"
#include "store/index/index.hpp"

namespace testfarm {

// The failure as one execution has it.
struct FailureIn {
  Failure example;
  std::string task;         // name of the task that failed
  std::uint64_t tests = 0;  // reported there
};

// What is looked for, and as of when.
struct FailureCase {
  ProjectId project;
  std::string branch;
  std::string fingerprint;
  Millis known;
  FailureIn newest;
};

constexpr std::size_t most_of_row = 300;  // executions of one client that have it

// Looks into executions, and remembers those that it looked into last: stories ask of the same few again and
// again. The index outlives it.
class FailureLookup {
 public:
  explicit FailureLookup(Index& index) : index_(index) {}
  Index& index() { return index_; }

  // As the newest execution has it; nothing where nobody met it by then.
  Result<std::optional<FailureCase>> case_of(const ProjectId& project, const std::string& branch,
                                             const std::string& fingerprint, Millis known);
  Result<FailureIn> in(const std::string& fingerprint, const ExecutionKey& execution);
  // Whether an execution that passed or failed surely does not have what was elsewhere. One that failed
  // earlier says nothing.
  Result<bool> lacks(const std::string& fingerprint, const FailureIn& elsewhere,
                     const ExecutionHeader& execution);
  // Executions of the client begun from `from` to before `to` that have it.
  Result<std::set<ExecutionId>> executions_with(const FailureCase& of, const ClientKey& client, Millis from,
                                                Millis to);

 private:
  Result<const ExecutionRow*> row_of(const ExecutionKey& key);
  Index& index_;
  std::map<ExecutionKey, std::optional<ExecutionRow>> rows_;  // read last
};

}  // namespace testfarm
