#include "generator/pages/tests.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/test_fields.hpp"
#include "generator/site/paths.hpp"
#include "store/index/branch_results.hpp"
#include "store/index/failed_tests.hpp"
#include "store/log/execution_document.hpp"

namespace testfarm {
namespace {

constexpr Millis tests_window = 30 * day_ms;      // before the newest execution with results
constexpr std::size_t tests_part = 500;           // on one page, and fewer where they are long:
constexpr std::size_t part_bytes = 88 * 1024;     // so much of a page is rows and groups
constexpr std::size_t group_bytes = 8 * 1024;     // so much of it one group
constexpr std::size_t most_runs = 2000;           // executions with tests that are counted
constexpr std::size_t most_failed_rows = 50'000;  // rows of failed tests that are read
constexpr std::size_t most_listed = 50;           // of a group

struct TestsPage {
  ClientKey client;
  ClientConfig config;
  std::string branch;
  ExecutionHeader newest;                 // with results
  std::optional<ExecutionHeader> before;  // likewise
  std::vector<TestRow> tests;             // failing first, then those that failed in the window, then by name
  std::vector<std::string> gone;          // failed before, not reported now
  std::size_t executions = 0;             // with results, of the window
  bool listed = true;                     // the log is there, so those that pass are known by name
  std::vector<std::size_t> starts;        // of each part, in `tests`
  std::size_t part = 1;
};

// About what a row takes as HTML.
std::size_t bytes_of(const TestRow& row) {
  return row.name.size() + 250 + (row.failed > 0 ? 46 : 0) + (row.since ? 114 : 0);
}

int rank(const TestRow& row) { return row.failed_now() ? 0 : row.failed > 0 ? 1 : 2; }

std::string test_link(const TestsPage& page, const std::string& test) {
  return way_up(tests_in_client(page.branch)) + test_in_client(page.branch, test);
}

std::string outcome_word(TestOutcome outcome) {
  switch (outcome) {
    case TestOutcome::passed: return "passed";
    case TestOutcome::failed: return "failed";
    case TestOutcome::skipped: return "skipped";
    case TestOutcome::error: return "error";
  }
  return {};
}

std::string percent(std::size_t part, std::size_t of) {
  return of == 0 ? std::string("–") : concat((100 * part + of / 2) / of, " %");
}

// Each number is a link to exactly those.
Nodes groups(const TestsPage& page) {
  std::vector<std::string> fresh, still, fixed, besides;
  for (const TestRow& row : page.tests) {
    if (row.failed_now() && row.failed == 0)
      besides.push_back(row.name);
    else if (row.failed_now())
      (row.failed_before ? still : fresh).push_back(row.name);
    else if (row.failed_before)
      fixed.push_back(row.name);
  }
  Nodes all;
  const auto add = [&](const char* anchor, const char* title, const char* words,
                       const std::vector<std::string>& tests, bool pages) {
    if (tests.empty()) return;
    Nodes listed;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < std::min(tests.size(), most_listed) && bytes < group_bytes; ++i) {
      listed.push_back(
          Fields{{"name", tests[i]}, {"link", pages ? test_link(page, tests[i]) : std::string()}});
      bytes += tests[i].size() + 80;
    }
    const std::size_t more = tests.size() - listed.size();
    all.push_back(Fields{{"anchor", anchor},
                         {"title", title},
                         {"count", concat(tests.size(), ' ', words)},
                         {"tests", std::move(listed)},
                         {"more", more > 0 ? concat("and ", more, " more") : std::string()}});
  };
  add("new", "New failures", "new", fresh, true);
  add("still", "Still failing", "still failing", still, true);
  add("fixed", "Fixed", "fixed", fixed, true);
  add("gone", "No longer reported", "no longer reported", page.gone, true);
  // Of an execution with very many the farm remembers no more names.
  add("besides", "Failing besides", "failing besides", besides, false);
  return all;
}

// Those that took longest in the newest execution, the longest first.
Nodes slowest(const TestsPage& page) {
  constexpr std::size_t most = 5;
  std::vector<const TestRow*> timed;
  for (const TestRow& row : page.tests)
    if (row.seconds >= 1) timed.push_back(&row);  // what is shorter nobody waits for
  const auto count = std::min(most, timed.size());
  std::partial_sort(timed.begin(), timed.begin() + static_cast<std::ptrdiff_t>(count), timed.end(),
                    [](const TestRow* a, const TestRow* b) { return a->seconds > b->seconds; });
  Nodes nodes;
  for (std::size_t i = 0; i < count; ++i)
    nodes.push_back(Fields{{"name", timed[i]->name}, {"took", seconds_text(timed[i]->seconds)}});
  return nodes;
}

// Of executions that named not all that failed, a count is the least that it can be.
Fields row_fields(const TestsPage& page, std::size_t number, const std::string& up) {
  const TestRow& row = page.tests[number];
  const bool skipped = row.outcome == TestOutcome::skipped;
  const std::size_t failed = std::max<std::size_t>(row.failed, row.failed_now() ? 1 : 0);
  const std::size_t known =
      failed + row.unknown - (row.failed_now() && row.failed == 0 && row.unknown > 0 ? 1 : 0);
  const std::string least = row.unknown > 0 ? "≥ " : "";
  Fields one{{"name", row.name},
             {"state", row.failed_now() ? "f"
                       : skipped        ? "i"
                                        : "p"},
             {"outcome", outcome_word(row.outcome)},
             {"passed",
              skipped ? std::string("–") : concat(least, page.executions - std::min(page.executions, known))},
             {"failed", concat(least, failed)},
             {"took", row.seconds > 0 ? seconds_text(row.seconds) : std::string("–")},
             // A lasting failure turns once; one that turns more often comes and goes.
             {"flake", row.turns > 1 ? percent(row.turns / 2, page.executions)
                                     : std::string(row.failed > 0 ? "0 %" : "")}};
  one["page"] = row.failed > 0 ? Node(Fields{{"link", test_link(page, row.name)}}) : Node(false);
  one["since"] = row.since ? Node(tested_in(*row.since, up)) : Node(false);
  return one;
}

Fields tests_view(const FarmConfig& farm, const ProjectConfig& project, const TestsPage& page) {
  const auto failing = static_cast<std::size_t>(std::count_if(
      page.tests.begin(), page.tests.end(), [](const TestRow& row) { return row.failed_now(); }));
  const std::string up = way_up(tests_in_client(page.branch));
  const std::string icon = failing > 0 ? "fail" : "pass";
  Fields fields = page_fields(
      farm,
      project_frame(tests_place(page.client.client, page.branch, page.part),
                    concat("Tests of ", page.config.title, " on ", page.branch, ": ", project.title), icon));
  fields.add(project_fields(page.client.project, project, icon));
  fields["on_summary"] = "true";
  fields["client"] = page.config.title;
  fields["branch"] = page.branch;
  fields["matrix"] = "../" + up + matrix_place(page.branch);
  fields["all"] = counted(page.tests.size(), "test");
  if (failing > 0) fields["failing"] = concat(failing, failing == 1 ? " fails" : " fail");
  fields["newest"] = tested_in(page.newest, up);
  if (page.before) fields["before"] = tested_in(*page.before, up);

  Nodes all = page.part == 1 ? groups(page) : Nodes{};
  fields["first_part"] = page.part == 1;
  fields["has_groups"] = !all.empty();
  fields["groups"] = std::move(all);
  fields["unlisted"] = !page.listed;
  Nodes longest = page.part == 1 ? slowest(page) : Nodes{};
  fields["any_slowest"] = !longest.empty();
  fields["slowest"] = std::move(longest);
  fields["runs"] = counted(page.executions, "execution");

  const std::size_t to = page.part < page.starts.size() ? page.starts[page.part] : page.tests.size();
  Nodes rows;
  for (std::size_t i = page.starts[page.part - 1]; i < to; ++i) rows.push_back(row_fields(page, i, up));
  fields["rows"] = std::move(rows);
  fields["cut"] =
      std::any_of(page.tests.begin(), page.tests.end(), [](const TestRow& row) { return row.unknown > 0; });

  if (page.starts.size() > 1) {
    Nodes parts;
    for (std::size_t i = 1; i <= page.starts.size(); ++i)
      parts.push_back(Fields{
          {"number", std::to_string(i)}, {"link", tests_file(page.branch, i)}, {"current", i == page.part}});
    fields["parts"] = Fields{{"list", std::move(parts)}};
  }
  return fields;
}

// Executions of the window that ended with results, newest first.
Result<std::vector<ExecutionHeader>> runs_with_tests(Index& index, const ClientKey& client,
                                                     const std::string& branch, Millis from, Millis to) {
  TRY_SET(auto runs, BranchResults(index).of_branch(client, branch, from, to, always, most_runs));
  std::erase_if(runs, [](const ExecutionHeader& run) { return run.tests == 0 || !run.has_verdict(); });
  return runs;
}

// What each test of an execution came to; where two say different things, the worse. And how long it took in
// all.
std::map<std::string, TestOutcome> outcomes_of(const ExecutionDocument& document,
                                               std::map<std::string, double>& seconds) {
  std::map<std::string, TestOutcome> outcomes;
  const auto badness = [](TestOutcome outcome) {
    return outcome == TestOutcome::skipped ? 0 : outcome == TestOutcome::passed ? 1 : 2;
  };
  for (const DocumentTask& task : document.tasks)
    for (const DocumentCommand& command : task.commands)
      for (const TestResult& test : command.tests) {
        seconds[test.name] += test.seconds;
        const auto [known, fresh] = outcomes.emplace(test.name, test.outcome);
        if (!fresh && badness(test.outcome) > badness(known->second)) known->second = test.outcome;
      }
  return outcomes;
}

}  // namespace

namespace {

// Executions that have as many failing tests as are kept by name.
std::set<ExecutionId> cut_off(const std::map<std::string, std::vector<ExecutionId>>& failed) {
  std::map<ExecutionId, std::size_t> named;
  for (const auto& [test, executions] : failed)
    for (const ExecutionId& execution : executions) ++named[execution];
  std::set<ExecutionId> cut;
  for (const auto& [execution, count] : named)
    if (count >= most_failed_tests) cut.insert(execution);
  return cut;
}

// What the groups of a page take: of each no more than is listed.
std::size_t bytes_of_groups(const std::vector<TestRow>& rows, const std::vector<std::string>& gone) {
  std::map<int, std::pair<std::size_t, std::size_t>> groups;  // names and bytes
  const auto add = [&](int group, const std::string& test) {
    auto& [names, bytes] = groups[group];
    if (names++ < most_listed) bytes = std::min(bytes + test.size() + 80, group_bytes);
  };
  for (const TestRow& row : rows)
    if (row.failed_now() || row.failed_before)
      add(row.failed_now() ? 1 + static_cast<int>(row.failed_before) + 2 * static_cast<int>(row.failed == 0)
                           : 0,
          row.name);
  for (const std::string& test : gone) add(4, test);
  std::size_t bytes = 0;
  for (const auto& [group, size] : groups) bytes += size.second;
  return bytes;
}

// Where each part begins; the first has the groups besides.
std::vector<std::size_t> part_starts(const std::vector<TestRow>& rows, const std::vector<std::string>& gone) {
  std::vector<std::size_t> starts{0};
  std::size_t bytes = bytes_of_groups(rows, gone);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i - starts.back() == tests_part || (bytes + bytes_of(rows[i]) > part_bytes && i > starts.back())) {
      starts.push_back(i);
      bytes = 0;
    }
    bytes += bytes_of(rows[i]);
  }
  return starts;
}

}  // namespace

std::vector<TestRow> test_rows(const std::map<std::string, TestOutcome>& now,
                               const std::vector<ExecutionHeader>& runs,
                               const std::map<std::string, std::vector<ExecutionId>>& failed) {
  const std::set<ExecutionId> cut = cut_off(failed);
  std::vector<TestRow> rows;
  for (const auto& [name, outcome] : now) {
    TestRow row{.name = name, .outcome = outcome};
    const auto found = failed.find(name);
    // Never failed in the window: then nothing is known of a change.
    if (found == failed.end()) {
      row.unknown = cut.size();
      rows.push_back(std::move(row));
      continue;
    }
    const std::set<ExecutionId> in(found->second.begin(), found->second.end());
    bool unbroken = true;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const bool fails = in.contains(runs[i].key.execution);
      if (fails) ++row.failed;
      if (!fails && cut.contains(runs[i].key.execution)) ++row.unknown;
      if (i == 1) row.failed_before = fails;
      if (i > 0 && fails != in.contains(runs[i - 1].key.execution)) {
        ++row.turns;
        if (unbroken) row.since = runs[i - 1];
        unbroken = false;
      }
    }
    rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const TestRow& a, const TestRow& b) { return rank(a) < rank(b); });
  return rows;
}

Status write_tests(PageContext& context, const ClientKey& client, const std::string& branch) {
  TRY_SET(const ProjectConfig* project, context.project_config(client.project));
  TRY_SET(const ClientConfig* config, context.client_config(client));
  TRY_SET(const auto newest, FailedTests(context.index()).with_tests(client, branch, always, false));
  if (!newest) return {};
  const Millis from = newest->started_at - tests_window;
  TRY_SET(const auto runs, runs_with_tests(context.index(), client, branch, from, always));
  TRY_SET(const auto failures,
          FailedTests(context.index()).failed_tests(client, branch, from, most_failed_rows));
  std::map<std::string, std::vector<ExecutionId>> failed;
  for (const auto& failure : failures) failed[failure.test].push_back(failure.execution);

  std::map<std::string, TestOutcome> now;
  const auto document = read_execution_document(context.layout(), newest->key);
  if (!document && document.error().kind != ErrorKind::not_found) return fail(document.error());
  std::map<std::string, double> seconds;
  if (document) now = outcomes_of(*document, seconds);

  TestsPage page{.client = client,
                 .config = *config,
                 .branch = branch,
                 .newest = *newest,
                 .executions = runs.size(),
                 .listed = document.has_value(),
                 .part = 1};
  if (runs.size() > 1) page.before = runs[1];
  for (const auto& [test, executions] : failed) {
    const bool fails =
        std::find(executions.begin(), executions.end(), newest->key.execution) != executions.end();
    const bool before = page.before && std::find(executions.begin(), executions.end(),
                                                 page.before->key.execution) != executions.end();
    if (!document) now.emplace(test, fails ? TestOutcome::failed : TestOutcome::passed);
    if (document && before && !now.contains(test)) page.gone.push_back(test);
  }

  page.tests = test_rows(now, runs, failed);
  for (TestRow& row : page.tests)
    if (const auto took = seconds.find(row.name); took != seconds.end()) row.seconds = took->second;
  const auto path = [&](std::size_t part) {
    return in_project(client.project, tests_place(client.client, branch, part));
  };
  page.starts = part_starts(page.tests, page.gone);
  for (page.part = 1; page.part <= page.starts.size(); ++page.part)
    TRY(context.site().put(path(page.part), render("tests", tests_view(context.farm(), *project, page))));
  for (; context.site().has(path(page.part)); ++page.part) TRY(context.site().remove(path(page.part)));
  return {};
}

}  // namespace testfarm
