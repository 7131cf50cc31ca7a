// Of automake's test harness: `make check` (Automake manual, "Scripts-based Testsuites").
#include "formats/automake.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

class Automake final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    static const Regex result = *Regex::compile(R"(^(PASS|FAIL|SKIP|XFAIL|XPASS|ERROR): (.+)$)");
    static const Regex count = *Regex::compile(R"(^# (TOTAL|FAIL|XPASS|ERROR): +(\d+)$)");
    if (const auto found = result.captures(line)) return take((*found)[0], (*found)[1]);
    if (line.starts_with("Testsuite summary for ")) {
      seen_ = in_summary_ = true;
      bad_ = 0;
      return;
    }
    const auto found = in_summary_ ? count.captures(line) : std::nullopt;
    if (!found) return;
    const std::uint64_t number = to_unsigned((*found)[1]).value_or(0);
    if ((*found)[0] == "TOTAL")
      total_ = number;
    else
      bad_ += number;
    if ((*found)[0] == "ERROR") end(to);
  }
  void finish(TestCollector& to) override {
    if (results_.empty() || seen_) return deliver(to);
    to.broken("make check's output ends before \"Testsuite summary\"");
    deliver(to);
  }
  bool recognised() const override { return seen_; }

 private:
  void take(std::string_view word, std::string_view name) {
    const TestOutcome outcome = word == "PASS"                      ? TestOutcome::passed
                                : word == "SKIP" || word == "XFAIL" ? TestOutcome::skipped
                                : word == "ERROR"                   ? TestOutcome::error
                                                                    : TestOutcome::failed;
    results_.push_back({.name = std::string(name),
                        .outcome = outcome,
                        .message = word == "XPASS" ? "passed, and was expected to fail" : ""});
  }
  void end(TestCollector& to) {
    in_summary_ = false;
    std::uint64_t named = 0;
    for (const TestResult& result : results_) named += is_bad(result.outcome) ? 1U : 0U;
    if (bad_ > named) to.broken(concat("make check counts ", bad_, " that failed and names ", named));
    // More than were counted: a test has printed some.
    if (bad_ == 0) std::erase_if(results_, [](const TestResult& result) { return is_bad(result.outcome); });
    if (total_ > results_.size()) to.ran(total_ - results_.size());
    deliver(to);
  }
  void deliver(TestCollector& to) {
    for (TestResult& result : results_) to.add(std::move(result));
    results_.clear();
    total_ = bad_ = 0;
  }

  std::vector<TestResult> results_;
  std::uint64_t total_ = 0;
  std::uint64_t bad_ = 0;
  bool in_summary_ = false;
  bool seen_ = false;
};

}  // namespace

std::unique_ptr<TestParser> automake_parser() { return std::make_unique<Automake>(); }

}  // namespace testfarm
