// Of CMake's ctest, with and without -V and --output-on-failure (Source/CTest/cmCTestRunTest.cxx).
#include "formats/ctest.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

// " 4/78 Test  #4: unit/base/gzip ......***Failed    0.20 sec". What --output-on-failure prints follows its
// line.
class CTest final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    static const Regex shape = *Regex::compile(
        R"((?:^ *\d+/\d+ +|^ {4,})Test +#\d+: (.*?) ?\.{3,}(.*?(?:Passed|\*\*\*).*?) +([0-9.]+) sec *$)");
    if (const auto found = shape.captures(line)) {
      finish_test(to);
      begun_.clear();
      running_ -= running_ > 0 ? 1 : 0;
      return result((*found)[0], (*found)[1], (*found)[2]);
    }
    if (program(line, to)) return;
    if (open_ && last_.outcome != TestOutcome::passed && !line.empty()) append_message(last_.message, line);
  }
  void finish(TestCollector& to) override {
    finish_test(to);
    if (seen_ && !ended_)
      to.broken(begun_.empty() ? std::string("ctest's output ends before it says how many tests passed")
                               : concat("ctest's output ends within the test ", in_quotes(begun_)));
    if (seen_ && !ended_ && !begun_.empty()) to.add({.name = begun_, .outcome = TestOutcome::error});
  }
  bool recognised() const override { return seen_; }
  // What a test that failed has said stands below its line; under -V what each says, before it.
  bool within_test() const override {
    return (open_ && last_.outcome != TestOutcome::passed) || (verbose_ && running_ > 0);
  }

 private:
  void result(std::string_view name, std::string_view word, std::string_view seconds) {
    word = trim(word);
    last_ = {.name = std::string(trim(name)),
             .outcome = outcome_of(word),
             .seconds = to_double(seconds).value_or(0)};
    if (last_.outcome != TestOutcome::passed) {
      const auto stars = word.find("***");
      last_.message = stars == std::string_view::npos ? word
                                                      : concat(word.substr(0, stars), stars == 0 ? "" : ": ",
                                                               trim(word.substr(stars + 3)));
    }
    open_ = true;
    seen_ = true;
    ended_ = false;
  }
  static TestOutcome outcome_of(std::string_view word) {
    if (word.starts_with("Passed")) return TestOutcome::passed;
    if (word.starts_with("***Skipped") || word.starts_with("***Not Run (Disabled)"))
      return TestOutcome::skipped;
    // Else a timeout, a crash ("Subprocess aborted***Exception:"), a program that is not there.
    return word.starts_with("***Failed") ? TestOutcome::failed : TestOutcome::error;
  }
  // What ctest says of the whole.
  bool program(std::string_view line, TestCollector& to) {
    static const Regex start = *Regex::compile(R"(^ *Start +\d+: (.+)$)");
    static const Regex command = *Regex::compile(R"(^\d+: Test command: )");
    static const Regex total = *Regex::compile(R"(^(\d+)% tests passed, \d+ tests? failed out of (\d+))");
    if (const auto name = start.capture(line)) {
      finish_test(to);
      begun_ = std::string(*name);
      ++running_;
      return true;
    }
    verbose_ = verbose_ || (running_ > 0 && command.finds_in(line));
    if (line == "No tests were found!!!" || line.starts_with("Test project /") || total.finds_in(line)) {
      finish_test(to);
      seen_ = true;
      ended_ = !line.starts_with("Test project ");
      running_ = 0;
      verbose_ = false;
      return true;
    }
    return false;
  }
  // Of several tries (--repeat) the last one counts.
  void finish_test(TestCollector& to) {
    if (open_) to.retry(std::move(last_));
    open_ = false;
  }

  TestResult last_;
  std::string begun_;        // the test that began last, until its result
  std::size_t running_ = 0;  // tests that began and have no result
  bool verbose_ = false;
  bool open_ = false;
  bool seen_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<TestParser> ctest_parser() { return std::make_unique<CTest>(); }

}  // namespace testfarm
