// Which client met which failure in which execution.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/index/index.hpp"

namespace testfarm {

// Questions to an index, which outlives it; costs nothing to make. None costs more as the history grows: each
// has an index of SQLite that holds what it answers.
class Failures {
 public:
  explicit Failures(Index& index) : index_(index) {}

  // Which clients met the failure.
  Result<std::vector<ClientId>> clients_with(const ProjectId& project, const std::string& branch,
                                             const std::string& fingerprint);
  // Newest first; begun from `from` to before `to`, ended by `known`.
  Result<std::vector<Occurrence>> occurrences(const ProjectId& project, const std::string& branch,
                                              const std::string& fingerprint, Millis known, std::size_t most);
  Result<std::vector<Occurrence>> occurrences(const ClientKey& client, const std::string& branch,
                                              const std::string& fingerprint, Millis from, Millis to,
                                              Millis known, std::size_t most);
  // The first ever, and the first of the client begun from a moment on.
  Result<std::optional<Occurrence>> first_occurrence(const ProjectId& project, const std::string& branch,
                                                     const std::string& fingerprint, Millis known);
  Result<std::optional<Occurrence>> first_occurrence(const ClientKey& client, const std::string& branch,
                                                     const std::string& fingerprint, Millis from,
                                                     Millis known);
  // Which failures the client met in executions begun from `from` to before `to`.
  Result<std::vector<std::string>> fingerprints(const ClientKey& client, const std::string& branch,
                                                Millis from, Millis to, std::size_t most,
                                                std::size_t most_rows = 2000);

 private:
  Result<std::vector<Occurrence>> occurrences_by(std::string_view where, const std::vector<SqlValue>& values);
  Index& index_;
};

}  // namespace testfarm
