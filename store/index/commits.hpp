// Revisions that executions told of, in the order in which they were made.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/index/index.hpp"

namespace testfarm {

// Questions to an index, which outlives it; costs nothing to make. None costs more as the history grows: each
// has an index of SQLite that holds what it answers.
class Commits {
 public:
  explicit Commits(Index& index) : index_(index) {}

  // The first repository of the branch's newest execution: the one whose revisions stand for what was tested.
  Result<std::optional<std::string>> main_repository(const ProjectId& project, const std::string& branch);
  // Newest first.
  Result<std::vector<Commit>> commits(const ProjectId& project, const std::string& branch,
                                      const std::string& repository, Millis from, Millis to,
                                      std::size_t most);
  Result<std::optional<Commit>> commit(const ProjectId& project, const std::string& branch,
                                       const std::string& repository, const std::string& revision);

 private:
  Index& index_;
};

}  // namespace testfarm
