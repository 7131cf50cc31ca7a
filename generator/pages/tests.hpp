// The tests of a client on a branch: what each came to, since when, how often it failed of late; and a page
// for each that was red.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/project_state.hpp"
#include "generator/html/fields.hpp"

namespace testfarm {

constexpr Millis tests_window = 30 * day_ms;  // before the newest execution with results
constexpr std::size_t tests_part = 500;       // on one page

struct TestRow {
  std::string name;
  TestOutcome outcome = TestOutcome::passed;
  std::optional<Brief> since;  // first execution with this outcome, if it lies in the window
  std::size_t failed = 0;      // executions of the window
  std::size_t turns = 0;       // from failed to not failed and back
  bool failed_before = false;  // in the execution with results before the newest
  bool failed_now() const { return outcome == TestOutcome::failed || outcome == TestOutcome::error; }
};

struct TestsPage {
  ClientKey client;
  ClientConfig config;
  std::string branch;
  Brief newest;                   // with results
  std::optional<Brief> before;    // likewise
  std::vector<TestRow> tests;     // failing first, then those that failed in the window, then by name
  std::vector<std::string> gone;  // failed before, not reported now
  std::size_t executions = 0;     // with results, of the window
  bool listed = true;             // the log is there, so those that pass are known by name
  std::size_t part = 1, parts = 1;
};

// `runs`: executions with results, newest first, of the window; `failed`: who failed in which.
std::vector<TestRow> test_rows(const std::map<std::string, TestOutcome>& now, const std::vector<Brief>& runs,
                               const std::map<std::string, std::vector<ExecutionId>>& failed);
Fields tests_view(const FarmConfig& farm, const ProjectConfig& project, const TestsPage& page);

// A row of executions in which the test failed.
struct TestEpisode {
  Brief first;
  std::optional<Brief> fixed;  // the first after it with results and without the failure
};
struct TestPage {
  ClientKey client;
  ClientConfig config;
  std::string branch, test;
  std::vector<TestEpisode> episodes;  // newest first
  bool more = false;
};
Fields test_view(const FarmConfig& farm, const ProjectConfig& project, const TestPage& page);

std::string tests_path(const ClientKey& client, const std::string& branch, std::size_t part);
std::string test_path(const ClientKey& client, const std::string& branch, const std::string& test);

}  // namespace testfarm
