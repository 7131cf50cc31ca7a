#include "generator/pages/test_times.hpp"

#include "store/index/branch_results.hpp"
#include "store/log/execution_document.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_kept = 100'000;  // tests of runs

}  // namespace

Result<std::vector<PlotPoint>> TestTimes::of(const ClientKey& client, const std::string& branch,
                                             const std::string& test, Millis until) {
  std::vector<PlotPoint> points;
  TRY_SET(auto runs, BranchResults(index_).of_branch(client, branch, 0, until + 1, always, 4 * timed_runs));
  std::erase_if(runs, [](const ExecutionHeader& run) { return run.tests == 0 || !run.has_verdict(); });
  if (runs.size() > timed_runs) runs.erase(runs.begin() + timed_runs, runs.end());
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    TRY_SET(const ByTest* taken, in(run->key));
    const auto found = taken->find(test);
    if (found != taken->end() && found->second.seconds > 0)
      points.push_back({found->second.seconds, found->second.failed ? 'f' : 'p'});
  }
  return points;
}

Result<const TestTimes::ByTest*> TestTimes::in(const ExecutionKey& run) {
  if (const auto known = read_.find(run); known != read_.end()) return &known->second;
  if (kept_ > most_kept) {
    read_.clear();
    kept_ = 0;
  }
  const auto document = read_execution_document(layout_, run);
  if (!document && document.error().kind != ErrorKind::not_found) return fail(document.error());
  ByTest by_test;
  if (document)
    for (const DocumentTask& task : document->tasks)
      for (const DocumentCommand& command : task.commands)
        for (const TestResult& test : command.tests) {
          Taken& taken = by_test[test.name];
          taken.seconds += test.seconds;
          taken.failed =
              taken.failed || test.outcome == TestOutcome::failed || test.outcome == TestOutcome::error;
        }
  kept_ += by_test.size();
  return &read_.emplace(run, std::move(by_test)).first->second;
}

}  // namespace testfarm
