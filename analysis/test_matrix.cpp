#include "analysis/test_matrix.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "store/index/failed_tests.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_failed_rows = 20'000;  // of a client that are read

using Cells = std::map<std::string, std::vector<MatrixCell>>;  // by test

// The clients that tested the branch lately, each with the runs that are looked at, newest first.
Result<std::vector<std::pair<MatrixClient, std::vector<ExecutionHeader>>>> tested_by(
    Index& index, const ProjectId& project, const std::string& branch, std::vector<ClientId>& left_out) {
  TRY_SET(const auto clients, index.clients(project));
  std::vector<std::pair<MatrixClient, std::vector<ExecutionHeader>>> all;
  Millis newest = 0;
  for (const ClientRow& client : clients) {
    TRY_SET(const auto last, FailedTests(index).with_tests(client.key, branch, always, false));
    if (!last) continue;
    TRY_SET(auto runs, FailedTests(index).runs_with_tests(client.key, branch,
                                                          last->started_at - matrix_window, matrix_runs));
    if (runs.empty()) continue;
    newest = std::max(newest, runs.front().started_at);
    MatrixClient one{client.key, runs.front(), runs.size()};
    all.emplace_back(std::move(one), std::move(runs));
  }
  for (const auto& [client, runs] : all)
    if (client.newest.started_at < newest - matrix_window) left_out.push_back(client.key.client);
  std::erase_if(all, [&](const auto& one) { return one.first.newest.started_at < newest - matrix_window; });
  return all;
}

Status add_failed(Index& index, const ClientKey& client, const std::string& branch,
                  const std::vector<ExecutionHeader>& runs, std::size_t column, std::size_t columns,
                  Cells& cells, bool& counted) {
  TRY_SET(const auto failed,
          FailedTests(index).failed_tests(client, branch, runs.back().started_at, most_failed_rows));
  std::map<ExecutionId, std::size_t> named;
  for (const FailedTest& test : failed) {
    auto& row = cells[test.test];
    row.resize(columns);
    ++row[column].failed;
    row[column].fails = row[column].fails || test.execution == runs.front().key.execution;
    if (++named[test.execution] >= most_failed_tests) counted = false;
  }
  return {};
}

std::size_t failures_in(const MatrixRow& row) {
  return std::accumulate(row.cells.begin(), row.cells.end(), std::size_t{0},
                         [](std::size_t sum, const MatrixCell& cell) { return sum + cell.failed; });
}

}  // namespace

std::size_t MatrixRow::failing() const {
  return static_cast<std::size_t>(
      std::count_if(cells.begin(), cells.end(), [](const MatrixCell& cell) { return cell.fails; }));
}

Result<TestMatrix> test_matrix(Index& index, const ProjectId& project, const std::string& branch) {
  TestMatrix matrix;
  TRY_SET(const auto tested, tested_by(index, project, branch, matrix.left_out));
  Cells cells;
  for (const auto& [client, runs] : tested) {
    TRY(add_failed(index, client.key, branch, runs, matrix.clients.size(), tested.size(), cells,
                   matrix.counted));
    matrix.clients.push_back(client);
  }
  for (auto& [test, of_clients] : cells) matrix.rows.push_back({test, std::move(of_clients)});
  std::stable_sort(matrix.rows.begin(), matrix.rows.end(), [](const MatrixRow& a, const MatrixRow& b) {
    return std::make_pair(a.failing(), failures_in(a)) > std::make_pair(b.failing(), failures_in(b));
  });
  if (matrix.rows.size() > matrix_rows) {
    matrix.more = matrix.rows.size() - matrix_rows;
    matrix.rows.resize(matrix_rows);
  }
  return matrix;
}

}  // namespace testfarm
