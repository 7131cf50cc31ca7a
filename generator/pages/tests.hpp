// The tests of a client on a branch: what each came to, since when, how often it failed of late.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "generator/pages/context.hpp"
#include "schema/event.hpp"
#include "store/index/index.hpp"

namespace testfarm {

struct TestRow {
  std::string name;
  TestOutcome outcome = TestOutcome::passed;
  std::optional<ExecutionHeader> since;  // first execution with this outcome, if it lies in the window
  std::size_t failed = 0;                // executions of the window, as far as names are known
  std::size_t unknown = 0;               // that had more failing tests than are kept, and do not name it
  std::size_t turns = 0;                 // from failed to not failed and back
  double seconds = 0;                    // it took in the newest execution; 0 where that was not told
  bool failed_before = false;            // in the execution with results before the newest
  bool failed_now() const { return outcome == TestOutcome::failed || outcome == TestOutcome::error; }
};

// `runs`: executions with results, newest first, of the window; `failed`: who failed in which. Where as many
// failed as are kept by name there may be more: of others it is not known how they came out.
std::vector<TestRow> test_rows(const std::map<std::string, TestOutcome>& now,
                               const std::vector<ExecutionHeader>& runs,
                               const std::map<std::string, std::vector<ExecutionId>>& failed);
// P/C/tests/BRANCH.html in its parts; parts that are too many now go.
Status write_tests(PageContext& context, const ClientKey& client, const std::string& branch);

}  // namespace testfarm
