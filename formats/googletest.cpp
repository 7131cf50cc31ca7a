// Of GoogleTest's PrettyUnitTestResultPrinter and BriefUnitTestResultPrinter (googletest/src/gtest.cc).
#include "formats/googletest.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"
#include "formats/open_tests.hpp"

namespace testfarm {
namespace {

constexpr std::size_t mark_size = 13;  // of "[ RUN      ] "

struct Mark {
  std::string_view text;
  TestOutcome outcome;
};
constexpr Mark marks[] = {{"[       OK ] ", TestOutcome::passed},
                          {"[  FAILED  ] ", TestOutcome::failed},
                          {"[  SKIPPED ] ", TestOutcome::skipped}};

class GoogleTest final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    if (const auto at = line.rfind("[ RUN      ] "); at != std::string_view::npos) {
      if (at > 0) open_.said(line.substr(0, at));
      open_.begin(line.substr(at + mark_size));
      seen_ = true;
      return;
    }
    if (result(line, to) || program(line, to)) return;
    if (!open_.empty()) return open_.said(line);
    append_message(between_, line);
    // A run that names all its tests says nothing between them but of what is none: an environment, a suite.
    if (announced_ && is_failure(line)) outside_.emplace_back(line);
  }
  // It died within a test, or between two.
  void finish(TestCollector& to) override {
    const bool died = !open_.empty();
    for (TestResult& result : open_.cut_off()) deliver(std::move(result), to);
    if (promised_ > 0 && !died)
      to.broken(concat("GoogleTest was to run ", counted(promised_, "test"),
                       " and its output ends before it says \"", promised_,
                       promised_ == 1 ? " test" : " tests", " … ran\""));
    promised_ = 0;
    failed_outside(to);
    settle_brief(to);
  }
  bool recognised() const override { return seen_; }
  bool within_test() const override { return !open_.empty(); }

 private:
  // "[       OK ] Suite.Name (3 ms)", perhaps behind what the test printed without a line end; the time may
  // be left out where the test is known to run, and the summary has none.
  bool result(std::string_view line, TestCollector& to) {
    for (const Mark& mark : marks) {
      for (auto at = line.rfind(mark.text); at != std::string_view::npos;
           at = at == 0 ? std::string_view::npos : line.rfind(mark.text, at - 1)) {
        std::string_view told = line.substr(at + mark_size);
        const auto seconds = take_time(told);
        const std::string name = name_in(told);
        const bool runs = open_.has(name);
        // A brief run names what failed or was skipped, with its time and without its beginning.
        if (!runs && !(open_.empty() && at == 0 && seconds && mark.outcome != TestOutcome::passed)) continue;
        if (at > 0) open_.said(line.substr(0, at));
        std::string said = runs ? open_.end(name) : std::exchange(between_, {});
        between_.clear();
        seen_ = seen_ || runs;
        TestResult result{.name = name,
                          .outcome = mark.outcome,
                          .seconds = seconds.value_or(0),
                          .message = mark.outcome == TestOutcome::passed ? "" : std::move(said)};
        if (announced_ || !open_.empty())
          deliver(std::move(result), to);
        else
          brief_.push_back(std::move(result));
        return true;
      }
    }
    return false;
  }

  // Cuts " (3 ms)" off.
  static std::optional<double> take_time(std::string_view& told) {
    const auto at = told.rfind(" (");
    if (at == std::string_view::npos || !told.ends_with(" ms)")) return std::nullopt;
    const auto ms = to_double(told.substr(at + 2, told.size() - at - 6));
    if (!ms) return std::nullopt;
    told = told.substr(0, at);
    return *ms / 1000;
  }
  // Without ", where GetParam() = 5": the parameter's number is in the name, its text may be anything.
  std::string name_in(std::string_view told) const {
    if (!open_.empty() && told.starts_with(open_.last()) &&
        (told.size() == open_.last().size() || told.substr(open_.last().size()).starts_with(", where ")))
      return open_.last();
    return std::string(told.substr(0, told.find(", where ")));
  }

  // What the program says of its run, beside single tests.
  bool program(std::string_view line, TestCollector& to) {
    static const Regex begins = *Regex::compile(R"(^\[==========\] Running (\d+) tests?(?: from \d+ |\.|$))");
    static const Regex failures = *Regex::compile(R"(^\[  FAILED  \] (\d+ tests?, listed below:)$)");
    static const Regex listed = *Regex::compile(R"(^\[  FAILED  \] (.+)$)");
    if (line.starts_with("Repeating all tests (iteration ")) {
      repeats_ = repeats_ || !line.starts_with("Repeating all tests (iteration 1)");
      return true;
    }
    if (const auto count = begins.capture(line)) {
      if (!open_.empty()) return false;  // said by a test, or after one that died: finish() knows
      finish(to);
      seen_ = true;
      promised_ = to_unsigned(*count).value_or(0);
      announced_ = true;
      named_ = 0;
      return true;
    }
    if (!open_.empty()) return false;
    if (counts(line, to)) return true;
    if (failures.finds_in(line)) {
      in_list_ = true;
      return true;
    }
    const auto failed = in_list_ ? listed.capture(line) : std::nullopt;
    if (!failed) {
      in_list_ = in_list_ && line.empty();
      return false;
    }
    // The set-up of a suite fails without a test that would.
    const std::string name(failed->substr(0, failed->find(", where ")));
    if (!to.knows(name)) to.add({.name = name, .outcome = TestOutcome::failed});
    return true;
  }

  // Its last lines, which count.
  bool counts(std::string_view line, TestCollector& to) {
    static const Regex suite =
        *Regex::compile(R"(^\[  FAILED  \] (.+: SetUpTestSuite or TearDownTestSuite)$)");
    static const Regex ends = *Regex::compile(R"(^\[==========\] (\d+) tests? from .* ran\.)");
    static const Regex skips = *Regex::compile(R"(^\[  SKIPPED \] (\d+) tests?[.,])");
    static const Regex passes = *Regex::compile(R"(^\[  PASSED  \] (\d+) tests?\.$)");
    if (const auto count = ends.capture(line)) {
      promised_ = 0;
      named_all_ = std::exchange(announced_, false);
      ran_ = to_unsigned(*count).value_or(0);
      seen_ = true;
      look_between();
      return true;
    }
    if (const auto count = passes.capture(line)) {
      const auto passed = to_unsigned(*count).value_or(0);
      for (const TestResult& result : brief_) named_ += result.outcome == TestOutcome::passed ? 1U : 0U;
      if (named_all_ && named_ == 0 && passed > 0)
        to.broken(concat("GoogleTest says that ", counted(passed, "test"), " passed, and shows none"));
      if (passed > named_) to.ran(passed - named_);
      named_ = 0;
      counted_ += passed;
      return true;
    }
    if (const auto count = skips.capture(line)) {
      counted_ += to_unsigned(*count).value_or(0);
      return true;
    }
    if (const auto name = suite.capture(line)) {
      to.add({.name = std::string(*name), .outcome = TestOutcome::error});
      suite_failed_ = true;
      return true;
    }
    return false;
  }
  // "a.cpp:12: Failure", of Visual Studio's compiler "a.cpp(12): error: …".
  static bool is_failure(std::string_view line) {
    static const Regex shape = *Regex::compile(
        R"(^(?:.*\S:\d+: Failure|\S.*\(\d+\): error:.*|unknown file: (?:Failure|error:.*))$)");
    return shape.finds_in(line);
  }
  // A suite that cannot be set up, an environment: its failure is told between the tests, and a brief run
  // counts it nowhere.
  void look_between() {
    if (outside_.empty())
      for (const std::string_view line : split(between_, '\n'))
        if (is_failure(line)) outside_.emplace_back(line);
    between_.clear();
  }
  void failed_outside(TestCollector& to) {
    // What the summary lists as a suite's is told already.
    if (!outside_.empty() && !suite_failed_)
      to.broken(concat("GoogleTest had a failure outside of its tests: ", outside_[0]));
    outside_.clear();
    suite_failed_ = false;
  }
  // Of a run that names only failures all are output, if all its tests are counted among the others.
  void settle_brief(TestCollector& to) {
    if (ran_ == 0 || ran_ != counted_)
      for (TestResult& result : brief_) deliver(std::move(result), to);
    brief_.clear();
    ran_ = counted_ = 0;
  }

  void deliver(TestResult result, TestCollector& to) {
    if (!open_.empty()) return open_.inside(std::move(result));
    if (result.outcome == TestOutcome::passed) ++named_;
    if (repeats_)
      to.merge(std::move(result));
    else
      to.add(std::move(result));
  }

  OpenTests open_;
  std::string between_;               // said outside of tests, in a brief run by the next that fails
  std::vector<std::string> outside_;  // failures between tests
  std::vector<TestResult> brief_;     // of a program that did not say how many tests it runs
  bool suite_failed_ = false;
  bool announced_ = false;
  bool named_all_ = false;  // the run that ended last was not brief
  std::uint64_t promised_ = 0;
  std::uint64_t ran_ = 0;
  std::uint64_t counted_ = 0;  // as passed or skipped
  std::uint64_t named_ = 0;    // passed tests of this program
  bool in_list_ = false;
  bool repeats_ = false;
  bool seen_ = false;
};

}  // namespace

std::unique_ptr<TestParser> googletest_parser() { return std::make_unique<GoogleTest>(); }

}  // namespace testfarm
