// The tracks of the commits' table: a column a client, a cell a commit.
#pragma once

#include <string>
#include <vector>

#include "store/index/index.hpp"

namespace testfarm {

// What a client knows of one commit.
struct Cell {
  const ExecutionHeader* execution = nullptr;
  char track = ' ';                  // p, f, q (suspect), or nothing
  bool first = false, last = false;  // of a block
};

// A client's cells, newest commit first; `executions`: of each commit, newest first. Between two tests
// nothing was tested: passed if both passed, failed if both failed, suspect from a pass up to a failure; from
// a failure up to a pass somebody mended it, nobody knows where.
std::vector<Cell> track_of(const ClientId& client,
                           const std::vector<std::vector<ExecutionHeader>>& executions);

// One <td>. A page has a thousand, so they are made here and not by the template; of our own words and ids
// alone.
std::string cell_html(const Cell& cell, const std::string& up);
// The same for the row of a day, where the track goes on from one commit to the next.
std::string between_html(const Cell& newer, const Cell& older);

}  // namespace testfarm
