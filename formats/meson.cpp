// Of `meson test` (mesonbuild/mtest.py, ConsoleLogger).
#include "formats/meson.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

class Meson final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    static const Regex result = *Regex::compile(
        R"(^ *\d+/\d+ (.+?) +(OK|FAIL|SKIP|ERROR|TIMEOUT|INTERRUPT|EXPECTEDFAIL|UNEXPECTEDPASS) +([0-9.]+)s(?:   (.*))?$)");
    static const Regex begins = *Regex::compile(R"(^ *\d+/\d+ (.+?) +RUNNING +)");
    static const Regex count =
        *Regex::compile(R"(^(Ok|Expected Fail|Fail|Unexpected Pass|Skipped|Timeout): +(\d+) *$)");
    if (line.starts_with("Summary of Failures:")) {
      in_summary_ = true;  // the same lines once more
      return;
    }
    if (const auto found = count.captures(line))
      return counted_as((*found)[0], to_unsigned((*found)[1]).value_or(0), to);
    if (const auto name = begins.capture(line)) running_ = std::string(*name);
    static const Regex unread = *Regex::compile("^(TAP parsing error: .*)$");
    if (const auto why = unread.capture(line); why && !in_summary_) return promise_broken(*why);
    const auto found = result.captures(line);
    if (!found || in_summary_) return;
    last_ = std::string((*found)[0]);
    last_is_bad_ = is_bad(outcome_of((*found)[1]));
    running_.clear();
    seen_ = true;
    if (is_bad(outcome_of((*found)[1]))) ++bad_;
    run_.add({.name = std::string((*found)[0]),
              .outcome = outcome_of((*found)[1]),
              .seconds = to_double((*found)[2]).value_or(0),
              .message = (*found)[1] == "OK"
                             ? ""
                             : concat((*found)[1], (*found)[3].empty() ? "" : ", ", (*found)[3])});
  }
  void finish(TestCollector& to) override {
    if (!run_.empty() && !summed_) {
      if (!running_.empty()) run_.add({.name = running_, .outcome = TestOutcome::error});
      to.broken("meson test's output ends before its summary");
    }
    if (said_bad_ > bad_) to.broken(concat("meson test counts ", said_bad_, " that failed and names ", bad_));
    const bool all_passed = summed_ && said_bad_ == 0;
    TestCollector told;
    for (TestResult& result : run_.take())
      if (!all_passed || !is_bad(result.outcome)) told.add(std::move(result));
    for (TestResult& result : unkept_) told.merge(std::move(result));
    to.add_all(std::move(told));
    unkept_.clear();
    run_ = {};
    summed_ = in_summary_ = false;
    bad_ = said_bad_ = 0;
  }
  bool recognised() const override { return seen_; }

 private:
  static TestOutcome outcome_of(std::string_view word) {
    if (word == "OK") return TestOutcome::passed;
    if (word == "SKIP" || word == "EXPECTEDFAIL") return TestOutcome::skipped;
    return word == "FAIL" || word == "UNEXPECTEDPASS" ? TestOutcome::failed : TestOutcome::error;
  }
  // Below the test's line. Meson calls a test that promised seven and brought none skipped.
  void promise_broken(std::string_view why) {
    if (last_.empty() || last_is_bad_) return;
    unkept_.push_back({.name = last_, .outcome = TestOutcome::error, .message = std::string(why)});
    last_.clear();
  }
  void counted_as(std::string_view what, std::uint64_t count, TestCollector& to) {
    if (what == "Ok" && summed_) finish(to);  // another run
    summed_ = true;
    if (what == "Fail" || what == "Unexpected Pass" || what == "Timeout") said_bad_ += count;
  }

  TestCollector run_;
  std::vector<TestResult> unkept_;  // tests whose own report promised more than came
  std::string last_;                // the test whose line came last
  bool last_is_bad_ = false;
  std::string running_;
  std::uint64_t bad_ = 0;
  std::uint64_t said_bad_ = 0;
  bool in_summary_ = false;
  bool summed_ = false;
  bool seen_ = false;
};

}  // namespace

std::unique_ptr<TestParser> meson_parser() { return std::make_unique<Meson>(); }

}  // namespace testfarm
