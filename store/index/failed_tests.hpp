// Which test failed in which execution.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/index/index.hpp"

namespace testfarm {

// Questions to an index, which outlives it; costs nothing to make. None costs more as the history grows: each
// has an index of SQLite that holds what it answers.
class FailedTests {
 public:
  explicit FailedTests(Index& index) : index_(index) {}

  Result<std::vector<FailedTest>> failed_tests(const ClientKey& client, const std::string& branch,
                                               Millis from, std::size_t most);
  Result<std::optional<FailedTest>> last_failure_of_test(const ClientKey& client, const std::string& branch,
                                                         const std::string& test, Millis before);
  // The last execution before a moment whose results do not have it.
  Result<std::optional<ExecutionHeader>> last_without_failure_of_test(const ClientKey& client,
                                                                      const std::string& branch,
                                                                      const std::string& test, Millis before);
  Result<std::optional<FailedTest>> first_failure_of_test(const ClientKey& client, const std::string& branch,
                                                          const std::string& test);
  // The same of tests whose first letter is from A to M, or is not; newest first.
  Result<std::vector<FailedTest>> failed_tests_by_letter(const ClientKey& client, const std::string& branch,
                                                         bool early, std::size_t most);
  // Executions that ended with test results, newest first, begun at `from` or later.
  Result<std::vector<ExecutionHeader>> runs_with_tests(const ClientKey& client, const std::string& branch,
                                                       Millis from, std::size_t most);
  // The nearest execution that ended with test results, before a moment or after it.
  Result<std::optional<ExecutionHeader>> with_tests(const ClientKey& client, const std::string& branch,
                                                    Millis moment, bool later);

 private:
  Result<std::vector<FailedTest>> failed_tests_by(std::string_view where,
                                                  const std::vector<SqlValue>& values);
  Index& index_;
};

}  // namespace testfarm
