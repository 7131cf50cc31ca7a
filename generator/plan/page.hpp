// A page of the site as something to be written: what `plan` asks for, the index keeps and `pages` writes.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "store/index/index.hpp"

namespace testfarm {

// In the order in which they are written: what is linked to before what links.
enum class PageKind : std::uint8_t {
  execution,  // name: its id. The document and its raw text
  live,       // name: its id. What a running execution says just now
  commit,     // name: a revision. Who tested it
  failure,    // client: a branch; name: a fingerprint. Where the story of a failure goes on
  test,       // name: branch and test. A test of a client that was red
  tests,      // name: a branch. The tests of a client
  matrix,     // client: a branch. Its tests that were not always green, on all clients
  client,     // facts, results and stats of a client
  day,        // name: 2026-11-21. A project's executions of that day
  month,      // name: 2026-11
  history,    // the newest executions of a project
  failures,   // of a project: what fails now
  commits,    // client: a branch, or nothing for the busiest and the names of all; name: nothing for the
              // newest, else a month. Revisions and who tested them
  readiness,  // of a project: which platforms have tested what
  project,    // its summary, feed, badges
  search,     // name: a letter. What readers look for by its beginning
  farm,       // all projects
};

struct Page {
  PageKind kind;
  std::string project;
  std::string client;
  std::string name;
  Millis at = 0;  // newest first among those of a kind

  bool operator==(const Page& other) const {
    return kind == other.kind && project == other.project && client == other.client && name == other.name;
  }
};

Page execution_page(const ExecutionHeader& header);

// As the index keeps them. A kind that an older version named is no page.
PendingPage pending(const Page& page);
std::optional<Page> page_of(const PendingPage& pending);

// A test page's name, and back.
std::string test_name(const std::string& branch, const std::string& test);
std::pair<std::string, std::string> branch_and_test(const std::string& name);

}  // namespace testfarm
