// The tests of a branch that were not always green, on all its clients at once: does it fail elsewhere, too?
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/index/index.hpp"

namespace testfarm {

constexpr std::size_t matrix_runs = 20;        // of each client: its newest with test results
constexpr std::size_t matrix_rows = 200;       // tests that are told
constexpr Millis matrix_window = 30 * day_ms;  // before the branch's newest such run

struct MatrixClient {
  ClientKey key;
  ExecutionHeader newest;  // with results
  std::size_t runs = 0;    // looked at, that one included
};

struct MatrixCell {
  bool fails = false;      // in the client's newest run
  std::size_t failed = 0;  // in so many of its runs
};

struct MatrixRow {
  std::string test;
  std::vector<MatrixCell> cells;  // a client each
  std::size_t failing() const;
};

struct TestMatrix {
  std::vector<MatrixClient> clients;  // by name; those whose newest run is within the window
  std::vector<MatrixRow> rows;        // failing on most clients first, then by how often
  std::vector<ClientId> left_out;     // whose newest is older than the window
  std::size_t more = 0;               // rows beyond the bound
  bool counted = true;                // false where a run named not all that failed: then there may be more
};

// Nothing failed and nobody tested: no rows, no clients.
Result<TestMatrix> test_matrix(Index& index, const ProjectId& project, const std::string& branch);

}  // namespace testfarm
