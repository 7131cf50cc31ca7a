// Of `go test`, plain, -v and -json (cmd/internal/test2json; go doc test2json). What one package prints is
// judged when its verdict comes: nothing of a package that is "ok" has failed, whatever it printed.
#include "formats/go_test.hpp"

#include <map>

#include "base/json.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

TestOutcome outcome_of(std::string_view word) {
  if (word == "PASS" || word == "pass") return TestOutcome::passed;
  return word == "SKIP" || word == "skip" ? TestOutcome::skipped : TestOutcome::failed;
}

// The tests of one package, in the order in which they began.
class Package {
 public:
  bool empty() const { return tests_.empty(); }
  bool begun() const { return begun_; }
  bool any_runs() const { return running_ > 0; }
  bool runs(std::string_view name) const {
    const auto known = places_.find(name);
    return known != places_.end() && !tests_[known->second].ended;
  }

  void begin(std::string_view name) {
    begun_ = true;
    const auto known = places_.find(name);
    if (known == places_.end()) return add(name);
    // Under -count it runs again: what it came to before counts, too.
    Test& test = tests_[known->second];
    if (!test.ended) return;
    test.ended = false;
    test.before = test.result.outcome;
    ++running_;
  }
  void said_pass() { said_pass_ = true; }
  void end(std::string_view name, TestOutcome outcome, double seconds) {
    if (!places_.contains(name)) add(name);
    Test& test = tests_[places_.find(name)->second];
    if (!test.ended) --running_;
    test.ended = true;
    test.result.outcome = is_bad(test.before) ? test.before : outcome;
    test.result.seconds = seconds;
  }
  void said(std::string_view name, std::string_view line) {
    const auto known = places_.find(name);
    if (known != places_.end()) append_message(tests_[known->second].result.message, line);
  }

  // The verdict, as `name`: empty where the package is not told.
  void tell(std::string_view name, bool passed, std::string_view why, TestCollector& to,
            bool ran_none = false) {
    const std::string prefix = name.empty() ? "" : concat(name, '/');
    bool bad = false;
    for (Test& test : tests_) {
      // Where the package does not say PASS its program ended by itself, within this test: os.Exit(0).
      if (!test.ended) test.result.outcome = passed && said_pass_ ? TestOutcome::passed : TestOutcome::error;
      // Printed by a test that tests a runner.
      if (passed && test.ended && is_bad(test.result.outcome)) continue;
      bad = bad || is_bad(test.result.outcome);
      if (says_nothing_new(test)) continue;
      test.result.name = prefix + test.result.name;
      if (test.result.outcome == TestOutcome::passed) test.result.message.clear();
      to.add(std::move(test.result));
    }
    // Its TestMain, a panic before any test, a build that failed.
    if (!passed && !bad)
      to.add({.name = std::string(name), .outcome = TestOutcome::error, .message = std::string(why)});
    if (passed && tests_.empty() && !ran_none) to.ran(1);
    *this = {};
  }

 private:
  struct Test {
    TestResult result;
    bool ended = false;
    TestOutcome before = TestOutcome::passed;  // of the runs before this one
  };
  void add(std::string_view name) {
    places_.emplace(name, tests_.size());
    tests_.push_back({.result = {.name = std::string(name)}});
    ++running_;
  }
  // A test with subtests that only says what they say.
  bool says_nothing_new(const Test& test) const {
    bool any = false;
    bool bad = false;
    const std::string below = test.result.name + '/';
    for (auto at = places_.lower_bound(below); at != places_.end() && at->first.starts_with(below); ++at) {
      any = true;
      // A subtest was told before and its name taken; its outcome stays.
      bad = bad || is_bad(tests_[at->second].result.outcome);
    }
    return any && (bad || !is_bad(test.result.outcome));
  }

  std::vector<Test> tests_;
  std::map<std::string, std::size_t, std::less<>> places_;
  std::int64_t running_ = 0;
  bool begun_ = false;
  bool said_pass_ = false;
};

class GoTest final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    if (line.starts_with(R"({")") && event(line, to)) return;
    if (verdict(line, to)) return;
    static const Regex run = *Regex::compile(R"(^=== (RUN|PAUSE|CONT|NAME) +(\S+)$)");
    static const Regex result = *Regex::compile(R"(--- (PASS|FAIL|SKIP|BENCH): (\S+) \(([0-9.]+)s\)$)");
    if (const auto found = run.captures(line)) {
      if ((*found)[0] == "RUN") now_.begin((*found)[1]);
      speaker_ = std::string((*found)[1]);
      return;
    }
    const auto found = result.captures(line);
    if (!found) {
      if (line.ends_with("PASS")) now_.said_pass();
      if (line.starts_with("# ")) why_.clear();
      append_message(why_, line);
      return now_.said(speaker_, trim(line));
    }
    const std::string_view name = (*found)[1];
    // It goes on: the verdict before it was printed by this test.
    if (!cut_.empty() && !now_.runs(name) && cut_.back().package.runs(name)) restore();
    // Under -v each test is announced: what was not is output.
    if (now_.begun() && !now_.runs(name)) return;
    now_.end(name, outcome_of((*found)[0]), to_double((*found)[2]).value_or(0));
    speaker_ = std::string(name);
  }

  void finish(TestCollector& to) override {
    commit_cut(to);
    for (auto& [name, package] : packages_) {
      to.broken(concat("go test's output ends within the package ", name));
      package.tell(name, false, "", to);
    }
    packages_.clear();
    // Results without a verdict of their package are its own where it was announced; else somebody else's.
    if (now_.begun()) {
      to.broken("go test's output ends before the verdict of a package");
      now_.tell("", false, "", to);
    }
    now_ = {};
  }
  bool recognised() const override { return seen_; }
  bool within_test() const override { return now_.any_runs(); }

 private:
  // "ok  \tpackage\t0.1s", "FAIL\tpackage [build failed]", "?   \tpackage\t[no test files]"
  bool verdict(std::string_view line, TestCollector& to) {
    static const Regex shape =
        *Regex::compile("^(ok  |FAIL|\\?   )\t(\\S+)(?:\t| )(\\(cached\\)|[0-9.]+s|\\[.*\\])");
    const auto found = shape.captures(line);
    if (!found) return false;
    seen_ = true;
    const std::string name((*found)[1]);
    if ((*found)[0].starts_with('?')) return true;
    const bool passed = (*found)[0].starts_with("ok");
    if (!(*found)[2].starts_with('[') && !passed && now_.any_runs()) {
      // Either it died, or a test has printed this.
      cut_.push_back({std::move(now_), name});
      now_ = {};
      return true;
    }
    commit_cut(to);
    now_.tell(name, passed, why_, to, line.find("[no test") != std::string_view::npos);
    why_.clear();
    return true;
  }
  void restore() {
    now_ = std::move(cut_.back().package);
    cut_.pop_back();
  }
  void commit_cut(TestCollector& to) {
    for (Cut& cut : cut_) cut.package.tell(cut.name, false, "", to);
    cut_.clear();
  }

  // One line of -json.
  bool event(std::string_view line, TestCollector& to) {
    const auto document = json::Document::parse(line);
    if (!document || !document->root().find("Action") || !document->root().find("Package")) return false;
    seen_ = true;
    const json::View event = document->root();
    const std::string action = event.text("Action");
    const std::string test = event.text("Test");
    const std::string name = event.text("Package");
    Package& package = packages_[name];
    static const Regex hidden = *Regex::compile(R"(--- (PASS|SKIP): (\S+) \([0-9.]+s\)\s*$)");
    if (action == "run") {
      package.begin(test);
    } else if (action == "output") {
      const std::string text = event.text("Output");
      package.said(test, trim(text));
      if (trim(text).ends_with("PASS")) package.said_pass();
      // Behind unfinished output the verdict is not seen as one by test2json.
      if (const auto found = hidden.captures(text); found && package.runs((*found)[1]))
        package.end((*found)[1], outcome_of((*found)[0]), 0);
    } else if (action == "pass" || action == "fail" || action == "skip") {
      if (!test.empty()) {
        if (package.runs(test)) package.end(test, outcome_of(action), event.number("Elapsed"));
        return true;
      }
      // Skipped are packages without test files; of one that passed each test has its event.
      if (action != "skip" || !package.empty()) package.tell(name, action != "fail", why_, to, true);
      packages_.erase(name);
    }
    return true;
  }

  struct Cut {
    Package package;
    std::string name;
  };
  Package now_;
  std::vector<Cut> cut_;                     // "FAIL package" came while tests ran
  std::map<std::string, Package> packages_;  // of -json
  std::string speaker_;                      // whose output follows
  std::string why_;                          // what was said outside of tests since the last verdict
  bool seen_ = false;
};

}  // namespace

std::unique_ptr<TestParser> go_test_parser() { return std::make_unique<GoTest>(); }

}  // namespace testfarm
