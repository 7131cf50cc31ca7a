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
    if (directory(line)) return;
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
  // Many directories have a "run.sh": the one that `make check` is in is part of the name, as far as it says.
  bool directory(std::string_view line) {
    static const Regex checks = *Regex::compile(R"(^Making check in (.+)$)");
    static const Regex enters = *Regex::compile(R"(^make\[\d+\]: (Entering|Leaving) directory [`'](.+)'$)");
    if (const auto name = checks.capture(line)) {
      checked_ = *name == "." ? "" : std::string(*name);
      return true;
    }
    const auto found = enters.captures(line);
    if (!found) return false;
    const std::string path((*found)[1]);
    if ((*found)[0] == "Leaving") {
      if (!entered_.empty()) entered_.pop_back();
      return true;
    }
    entered_.push_back(path);
    if (top_.empty() && !checked_.empty() && path.ends_with('/' + checked_))
      top_ = path.substr(0, path.size() - checked_.size());
    return true;
  }
  std::string place() const {
    if (top_.empty() || entered_.empty()) return checked_.empty() ? "" : checked_ + '/';
    const std::string path = entered_.back() + '/';
    return path.starts_with(top_) ? path.substr(top_.size()) : "";
  }

  void take(std::string_view word, std::string_view name) {
    const TestOutcome outcome = word == "PASS"                      ? TestOutcome::passed
                                : word == "SKIP" || word == "XFAIL" ? TestOutcome::skipped
                                : word == "ERROR"                   ? TestOutcome::error
                                                                    : TestOutcome::failed;
    results_.push_back({.name = place() + std::string(name),
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
  std::string checked_;               // of the last "Making check in"
  std::string top_;                   // the directory in which make began, with a slash
  std::vector<std::string> entered_;  // absolute
  std::uint64_t total_ = 0;
  std::uint64_t bad_ = 0;
  bool in_summary_ = false;
  bool seen_ = false;
};

}  // namespace

std::unique_ptr<TestParser> automake_parser() { return std::make_unique<Automake>(); }

}  // namespace testfarm
