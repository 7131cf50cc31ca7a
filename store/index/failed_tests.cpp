#include "store/index/failed_tests.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/text.hpp"
#include "store/index/header_rows.hpp"
#include "store/index/stored_id.hpp"

namespace testfarm {

Result<std::vector<FailedTest>> FailedTests::failed_tests_by(std::string_view where,
                                                             const std::vector<SqlValue>& values) {
  TRY_SET(
      const auto rows,
      index_.database().rows(concat("SELECT test, started_at, execution FROM failed_tests ", where), values));
  std::vector<FailedTest> all;
  for (const auto& row : rows) {
    TRY_SET(ExecutionId execution, stored_id<ExecutionId>(text_of(row[2])));
    all.push_back({text_of(row[0]), integer_of(row[1]), std::move(execution)});
  }
  return all;
}

Result<std::vector<FailedTest>> FailedTests::failed_tests(const ClientKey& client, const std::string& branch,
                                                          Millis from, std::size_t most) {
  return failed_tests_by(
      "WHERE project = ? AND client = ? AND branch = ? AND started_at >= ?"
      " ORDER BY started_at DESC, test, execution DESC LIMIT ?",
      {client.project.text(), client.client.text(), branch, from, as_limit(most)});
}

Result<std::vector<FailedTest>> FailedTests::failed_tests_by_letter(const ClientKey& client,
                                                                    const std::string& branch, bool early,
                                                                    std::size_t most) {
  return failed_tests_by(
      concat("WHERE project = ? AND client = ? AND branch = ? AND lower(substr(test, 1, 1)) ",
             early ? "BETWEEN" : "NOT BETWEEN",
             " 'a' AND 'm' ORDER BY started_at DESC, test, execution DESC LIMIT ?"),
      {client.project.text(), client.client.text(), branch, as_limit(most)});
}

Result<std::vector<ExecutionHeader>> FailedTests::runs_with_tests(const ClientKey& client,
                                                                  const std::string& branch, Millis from,
                                                                  std::size_t most) {
  return read_headers(index_.database(),
                      "WHERE project = ? AND client = ? AND branch = ? AND started_at >= ? AND tests > 0"
                      " AND outcome IN ('passed', 'failed') ORDER BY started_at DESC, execution DESC LIMIT ?",
                      {client.project.text(), client.client.text(), branch, from, as_limit(most)});
}

Result<std::optional<FailedTest>> FailedTests::last_failure_of_test(const ClientKey& client,
                                                                    const std::string& branch,
                                                                    const std::string& test, Millis before) {
  TRY_SET(auto found,
          failed_tests_by("WHERE project = ? AND client = ? AND branch = ? AND test = ? AND started_at < ?"
                          " ORDER BY started_at DESC, execution DESC LIMIT 1",
                          {client.project.text(), client.client.text(), branch, test, before}));
  return found.empty() ? std::optional<FailedTest>{} : std::optional(std::move(found.front()));
}

Result<std::optional<ExecutionHeader>> FailedTests::last_without_failure_of_test(const ClientKey& client,
                                                                                 const std::string& branch,
                                                                                 const std::string& test,
                                                                                 Millis before) {
  return read_header(
      index_.database(),
      "WHERE project = ?1 AND client = ?2 AND branch = ?3 AND started_at < ?4"
      " AND tests > 0 AND outcome IN ('passed', 'failed') AND NOT EXISTS (SELECT 1 FROM failed_tests f"
      "  WHERE f.project = ?1 AND f.client = ?2 AND f.branch = ?3 AND f.test = ?5"
      "  AND f.started_at = executions.started_at AND f.execution = executions.execution)"
      " ORDER BY started_at DESC LIMIT 1",
      {client.project.text(), client.client.text(), branch, before, test});
}

Result<std::optional<FailedTest>> FailedTests::first_failure_of_test(const ClientKey& client,
                                                                     const std::string& branch,
                                                                     const std::string& test) {
  TRY_SET(auto found, failed_tests_by("WHERE project = ? AND client = ? AND branch = ? AND test = ?"
                                      " ORDER BY started_at, execution LIMIT 1",
                                      {client.project.text(), client.client.text(), branch, test}));
  return found.empty() ? std::optional<FailedTest>{} : std::optional(std::move(found.front()));
}

Result<std::optional<ExecutionHeader>> FailedTests::with_tests(const ClientKey& client,
                                                               const std::string& branch, Millis moment,
                                                               bool later) {
  return read_header(
      index_.database(),
      concat("WHERE project = ? AND client = ? AND branch = ? AND started_at ", later ? ">" : "<",
             " ? AND tests > 0 AND outcome IN ('passed', 'failed') ORDER BY started_at ",
             later ? "ASC" : "DESC", " LIMIT 1"),
      {client.project.text(), client.client.text(), branch, moment});
}

}  // namespace testfarm
