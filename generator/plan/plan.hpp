// Which pages are due: the one place that says what a page depends on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
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
  client,     // facts, results and stats of a client
  day,        // name: 2026-11-21. A project's executions of that day
  month,      // name: 2026-11
  history,    // the newest executions of a project
  commits,    // client: a branch, or nothing for the busiest and the names of all; name: nothing for the
              // newest, else a month. Revisions and who tested them
  readiness,  // of a project: which platforms have tested what
  project,    // its summary, feed, badges
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

Page execution_page(const Brief& brief);

// As the index keeps them. A kind that an older version named is no page.
PendingPage pending(const Page& page);
std::optional<Page> page_of(const PendingPage& pending);

// What a change concerns:
//   output     what the execution says just now
//   command    its page too
//   task       and its client's page and its project's summary, which say what runs
//   execution  and every list that it is on, the failures that it has or no longer has, the tests whose
//   verdict
//              changed; the pages beside it where it is the first of its day or month,
//   and the
//              one after it, which names it as the previous
//   client     its page, its project's and the farm's
//   project    its lists
Result<std::vector<Page>> pages_of(Index& index, const Due& change);

// A walk over all executions, newest first, writes with each execution its own page and those of which it is
// the oldest entry: then everything that they link to is there. `older`: when the next one of the walk began,
// -1 where there is none.
Result<std::vector<Page>> pages_closed_by(Index& index, const Brief& execution, Millis older);
// The pages that no execution closes: clients, histories, projects, the farm.
Result<std::vector<Page>> standing_pages(Index& index);

// A test page's name, and back.
std::string test_name(const std::string& branch, const std::string& test);
std::pair<std::string, std::string> branch_and_test(const std::string& name);

std::string day_name(Millis at);  // 2026-11-21
Millis day_start(Millis at);      // midnights, UTC
Millis month_start(Millis at);
Millis next_month(Millis at);  // the first of the month after
// Whether a revision may name a file: a hash or a number, as git, hg and svn have them.
bool names_a_file(std::string_view revision);

}  // namespace testfarm
