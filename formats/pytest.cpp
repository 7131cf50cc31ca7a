// Of pytest's terminal reporter (src/_pytest/terminal.py) with -v, -q, -s and -rA, of pytest-xdist and
// pytest-rerunfailures.
#include "formats/pytest.hpp"

#include <set>

#include "base/regex.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

// A node's id: its parameters in brackets may hold anything.
constexpr std::string_view node = R"(\S+::[^\s\[]+(?:\[.*\])?)";
constexpr std::string_view word =
    "PASSED|FAILED|SKIPPED|ERROR|XFAIL|XPASS|RERUN|SUBPASS(?:ED)?|SUBFAIL(?:ED)?|SUBSKIP";
// Of subtests: pytest 9 says which one behind the word, the older plugin before it.
constexpr std::string_view subword = "SUBPASS(?:ED)?|SUBFAIL(?:ED)?|SUBSKIP(?:PED)?|SUBX(?:FAIL|PASS)(?:ED)?";
constexpr std::string_view subtest = R"((?:\[.*?\])?(?: ?\([^()]*=.*?\))?)";
constexpr std::string_view progress = R"( +\[ *[0-9]+(?:%|/[0-9]+)\])";

Regex shape(const std::string& expression) { return *Regex::compile(expression); }

TestOutcome outcome_of(std::string_view said) {
  if (said == "PASSED" || said == "XPASS" || said.starts_with("SUBPASS")) return TestOutcome::passed;
  if (said == "FAILED" || said == "RERUN" || said.starts_with("SUBFAIL")) return TestOutcome::failed;
  return said == "ERROR" ? TestOutcome::error : TestOutcome::skipped;
}

class Pytest final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    if (program(line, to)) return;
    if (in_summary_) return summary(line);
    // Of passed and failed tests: what they printed, and their tracebacks.
    if (!in_section_) results(line);
  }

  void finish(TestCollector& to) override {
    take_running_alone();
    if (open_ || !session_.empty()) {
      for (const std::string& name : running_) session_.merge({.name = name, .outcome = TestOutcome::error});
      if (open_)
        to.broken(running_.empty()
                      ? std::string("pytest's output ends before its summary")
                      : concat("pytest's output ends within the test ", in_quotes(*running_.begin())));
      deliver(to);
    }
  }
  bool recognised() const override { return seen_; }
  bool within_test() const override { return !last_.empty() || (in_section_ && seen_); }

 private:
  // "a.py::test_b[1] PASSED  [ 50%]", "[gw0] [ 50%] PASSED a.py::test_b", and under -s the word behind the
  // output.
  void results(std::string_view line) {
    static const Regex after =
        shape(concat("^(", node, ") (", word, R"()(?: \((.*)\))?(?:)", progress, ")?$"));
    static const Regex parallel =
        shape(concat(R"(^\[gw\d+\](?:)", progress, ")? (", word, ") (", node, ") *$"));
    static const Regex begins = shape(concat("^(", node, ") "));
    static const Regex alone = shape(concat("(", word, R"()(?: \([^()]*\))?$)"));
    if (const auto found = parallel.captures(line)) {
      parallel_ = true;
      last_.clear();
      running_.erase(std::string((*found)[1]));
      return take((*found)[1], (*found)[0], {});
    }
    if (sub_results(line)) return;
    if (const auto found = after.captures(line)) {
      take_running_alone();
      running_.erase(std::string((*found)[0]));
      return take((*found)[0], (*found)[1], (*found)[2]);
    }
    static const Regex told = shape(R"(^(?:FAILED|ERROR) \S+\.py)");
    if (last_.empty() && told.finds_in(line)) return summary(line);
    if (!last_.empty()) {
      // The last such word before the next test is its own; those before it are output.
      if (const auto said = alone.capture(line)) alone_ = std::string(*said);
      if (!begins.finds_in(line)) return;
    }
    const auto name = open_ ? begins.capture(line) : std::nullopt;
    if (!name) return;
    take_running_alone();
    running_.emplace(*name);
    if (!parallel_ || !line.ends_with(' ')) last_ = std::string(*name);
  }
  // "a.py::test_b SUBFAILED[first] (i=1)  [ 50%]", "a.py::test_b [first] (i=1) SUBFAIL (why)"
  bool sub_results(std::string_view line) {
    static const Regex after =
        shape(concat("^(", node, ") (", subword, ")(", subtest, ")(?:", progress, ")?$"));
    static const Regex before =
        shape(concat("^(", node, ") (", subtest, ") (", subword, R"()(?: \(.*\))?(?:)", progress, ")?$"));
    auto found = after.captures(line);
    const bool word_first = found.has_value();
    if (!found) found = before.captures(line);
    if (!found) return false;
    take_running_alone();
    const std::string_view which = trim((*found)[word_first ? 2 : 1]);
    take(concat((*found)[0], which.empty() ? "" : " ", which), (*found)[word_first ? 1 : 2], {});
    return true;
  }
  // The test whose output goes to the terminal ends where the next begins.
  void take_running_alone() {
    if (!last_.empty() && !alone_.empty()) {
      running_.erase(last_);
      take(last_, alone_, {});
    }
    last_.clear();
    alone_.clear();
  }

  void take(std::string_view name, std::string_view said, std::string_view why) {
    seen_ = true;
    TestResult result{.name = std::string(name), .outcome = outcome_of(said), .message = std::string(why)};
    if (said != "ERROR" && said != "RERUN") told_.insert(result.name);
    const bool again = rerun_.erase(result.name) > 0;
    if (said == "RERUN") rerun_.insert(result.name);
    if (again)
      session_.retry(std::move(result));
    else
      session_.merge(std::move(result));  // a broken teardown is told beside the test
  }

  // "FAILED a.py::test_b - AssertionError: …", "ERROR a.py", "PASSED a.py::test_c" under -rA.
  void summary(std::string_view line) {
    static const Regex told = shape(R"(^(PASSED|FAILED|ERROR|XFAIL|XPASS) (.+)$)");
    static const Regex of_sub = shape(concat("^(", subword, ")(", subtest, R"() (\S+::.+)$)"));
    static const Regex of_sub_old = shape(concat("^(", subtest, ") (", subword, R"() (\S+::.+)$)"));
    if (const auto sub = of_sub.captures(line)) return sub_summary((*sub)[0], (*sub)[1], (*sub)[2]);
    if (const auto sub = of_sub_old.captures(line)) return sub_summary((*sub)[1], (*sub)[0], (*sub)[2]);
    const auto found = told.captures(line);
    if (!found) return;
    const auto [name, message] = parted((*found)[1]);
    if ((*found)[0] != "ERROR") told_.insert(std::string(name));
    session_.merge(
        {.name = std::string(name), .outcome = outcome_of((*found)[0]), .message = std::string(message)});
  }
  void sub_summary(std::string_view said, std::string_view which, std::string_view text) {
    const auto [name, message] = parted(text);
    which = trim(which);
    const std::string full = concat(name, which.empty() ? "" : " ", which);
    told_.insert(full);
    session_.merge({.name = full, .outcome = outcome_of(said), .message = std::string(message)});
  }
  // Where the name ends and " - why" begins: a parameter in brackets may have such a dash too.
  static std::pair<std::string_view, std::string_view> parted(std::string_view text) {
    auto dash = text.find(" - ");
    if (const auto bracket = text.find('['); bracket < dash) {
      const auto close = text.find("] - ", bracket);
      dash = close != std::string_view::npos ? close + 1 : text.ends_with(']') ? close : dash;
    }
    if (dash == std::string_view::npos) return {trim(text), {}};
    return {trim(text.substr(0, dash)), text.substr(dash + 3)};
  }

  // What pytest says of the whole. A test may print such lines too, but not as the last ones.
  bool program(std::string_view line, TestCollector& to) {
    static const Regex header = shape(R"(^=+ (.+?) =+$)");
    static const Regex counts = shape(
        R"(^(?:=+ )?((?:\d+ (?:failed|passed|skipped|deselected|xfailed|xpassed|warnings?|errors?|rerun|subtests (?:passed|failed|skipped|xfailed|xpassed))(?:, )?)+|no tests ran|no tests collected.*?) in [0-9.]+s(?: \([0-9:]+\))?(?: =+)?$)");
    if (const auto said = counts.capture(line)) {
      end_session(*said, to);
      return true;
    }
    const auto title = header.capture(line);
    if (!title) {
      if (line.starts_with("INTERNALERROR>")) to.broken("pytest itself failed (INTERNALERROR)");
      if (line.starts_with("Fatal Python error: ")) to.broken(concat("pytest died: ", line));
      return line.starts_with("INTERNALERROR>");
    }
    if (*title == "test session starts") {
      finish(to);
      seen_ = open_ = true;
      return true;
    }
    if (!open_ && *title != "FAILURES" && *title != "ERRORS" && *title != "short test summary info")
      return false;
    take_running_alone();
    seen_ = true;
    in_summary_ = *title == "short test summary info";
    in_section_ = !in_summary_;
    return true;
  }

  // What the counts say and no name does.
  void end_session(std::string_view counts, TestCollector& to) {
    take_running_alone();
    running_.clear();
    std::uint64_t bad = 0;
    std::uint64_t all = 0;
    for (const std::string_view part : split(counts, ',')) {
      const std::string_view clean = trim(part);
      const auto number = to_unsigned(clean.substr(0, clean.find(' ')));
      if (!number) continue;
      const std::string_view what = clean.substr(clean.find(' ') + 1);
      if (what.starts_with("failed") || what.starts_with("error")) bad += *number;
      // An error is its set-up's or tear-down's, which may come beside a test's own outcome.
      if (what.find("ed") != std::string_view::npos && !what.starts_with("deselected")) all += *number;
    }
    if (bad > 0 && session_.bad() == 0)
      to.broken(concat("pytest says \"", counts, "\" and names none that failed"));
    // What looks like a failure in a run without one is what a test has printed.
    all_passed_ = bad == 0;
    if (all > told_.size()) to.ran(all - told_.size());
    seen_ = true;
    deliver(to);
  }
  void deliver(TestCollector& to) {
    for (TestResult& result : session_.take()) {
      if (all_passed_ && is_bad(result.outcome)) result.outcome = TestOutcome::passed;
      to.add(std::move(result));
    }
    session_ = {};
    running_.clear();
    rerun_.clear();
    told_.clear();
    open_ = in_summary_ = in_section_ = all_passed_ = parallel_ = false;
  }

  TestCollector session_;
  std::set<std::string> running_;
  std::set<std::string> rerun_;  // are tried once more
  std::set<std::string> told_;   // have an outcome of their own
  std::string last_;             // the one whose line is not ended
  std::string alone_;            // the last word that may be its outcome
  bool open_ = false;            // a session has begun
  bool parallel_ = false;
  bool in_summary_ = false;
  bool in_section_ = false;
  bool all_passed_ = false;
  bool seen_ = false;
};

}  // namespace

std::unique_ptr<TestParser> pytest_parser() { return std::make_unique<Pytest>(); }

}  // namespace testfarm
