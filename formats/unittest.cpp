// Of Python's unittest (Lib/unittest/runner.py), with and without -v.
#include "formats/unittest.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

class Unittest final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    if (program(line, to) || section(line) || verbose(line)) return;
    // The last such word before the next test is its own; those before it are output.
    static const Regex alone =
        *Regex::compile(R"((ok|FAIL|ERROR|skipped '.*'|skipped ".*"|expected failure|unexpected success)$)");
    if (running_.empty()) return;
    if (const auto word = alone.capture(line)) word_ = std::string(*word);
  }
  void finish(TestCollector& to) override {
    const std::string cut = word_.empty() ? running_ : "";
    end_test();
    if (run_.empty() && cut.empty()) return;
    if (!cut.empty()) run_.add({.name = cut, .outcome = TestOutcome::error});
    to.broken(cut.empty() ? std::string("unittest's output ends before \"Ran … tests\"")
                          : concat("unittest's output ends within the test ", in_quotes(cut)));
    deliver(to, false);
  }
  bool recognised() const override { return seen_; }
  bool within_test() const override { return !running_.empty() && word_.empty(); }

 private:
  // "test_x (mod.Class.test_x)", before Python 3.11 "test_x (mod.Class)", of a class "setUpClass
  // (mod.Class)"; with what a subtest adds behind it.
  static std::optional<std::string> name_in(std::string_view text) {
    static const Regex shape = *Regex::compile(R"(^(\w+) \(([\w.<>]+)\)(.*)$)");
    const auto found = shape.captures(text);
    if (!found || (!(*found)[2].empty() && !(*found)[2].starts_with(" "))) return std::nullopt;
    const std::string_view method = (*found)[0];
    const std::string_view where = (*found)[1];
    const bool full = where.ends_with(method) && where.size() > method.size() &&
                      where[where.size() - method.size() - 1] == '.';
    return concat(where, full ? "" : ".", full ? "" : method, (*found)[2]);
  }

  bool verbose(std::string_view line) {
    static const Regex shape = *Regex::compile(R"(^ *(\w+ \([\w.<>]+\).*?) \.\.\. (.*)$)");
    static const Regex described = *Regex::compile(R"(^(\w+ \([\w.<>]+\)(?: \(.*\))?)$)");
    static const Regex description = *Regex::compile(R"(^(?:.*) \.\.\. (.*)$)");
    if (const auto name = described.capture(line)) {
      // Its docstring's first line follows, with the outcome.
      end_test();
      described_ = name_in(*name).value_or("");
      return true;
    }
    std::string_view rest;
    if (const auto found = shape.captures(line)) {
      const auto name = name_in((*found)[0]);
      if (!name) return false;
      end_test();
      running_ = *name;
      rest = (*found)[1];
    } else if (const auto behind = described_.empty() ? std::nullopt : description.capture(line)) {
      end_test();
      running_ = std::exchange(described_, {});
      rest = *behind;
    } else {
      return false;
    }
    seen_ = true;
    word_ = is_word(rest) ? std::string(rest) : "";
    return true;
  }
  static bool is_word(std::string_view text) {
    return text == "ok" || text == "FAIL" || text == "ERROR" || text == "expected failure" ||
           text == "unexpected success" || text.starts_with("skipped ");
  }
  static TestOutcome outcome_of(std::string_view word) {
    if (word == "ok") return TestOutcome::passed;
    if (word.starts_with("skipped") || word == "expected failure") return TestOutcome::skipped;
    return word == "ERROR" ? TestOutcome::error : TestOutcome::failed;
  }
  void end_test() {
    if (!running_.empty() && !word_.empty())
      run_.merge({.name = running_,
                  .outcome = outcome_of(word_),
                  .message = word_.starts_with("skipped") ? word_ : ""});
    running_.clear();
    word_.clear();
  }

  // "FAIL: test_x (mod.Class.test_x) (i=1)" below a rule of "=", and what follows it.
  bool section(std::string_view line) {
    static const Regex title = *Regex::compile(R"(^(FAIL|ERROR|UNEXPECTED SUCCESS): (.+)$)");
    if (line.size() == 70 && line.find_first_not_of('=') == std::string_view::npos) {
      end_test();
      ruled_ = true;
      return true;
    }
    const auto found = ruled_ ? title.captures(line) : std::nullopt;
    ruled_ = false;
    if (!found) {
      const bool rule = line.size() == 70 && line.find_first_not_of('-') == std::string_view::npos;
      if (!failing_.empty() && !rule)
        run_.merge({.name = failing_, .outcome = TestOutcome::skipped, .message = std::string(line)});
      return !failing_.empty();
    }
    failing_ = name_in((*found)[1]).value_or(std::string((*found)[1]));
    run_.merge(
        {.name = failing_, .outcome = (*found)[0] == "ERROR" ? TestOutcome::error : TestOutcome::failed});
    return true;
  }

  bool program(std::string_view line, TestCollector& to) {
    static const Regex ran = *Regex::compile(R"(^Ran (\d+) tests? in [0-9.]+s$)");
    static const Regex verdict = *Regex::compile(R"(^(OK|FAILED|NO TESTS RAN)(?: \(.*\))?$)");
    if (const auto count = ran.capture(line)) {
      end_test();
      failing_.clear();
      ran_ = to_unsigned(*count).value_or(0);
      awaits_verdict_ = seen_ = true;
      return true;
    }
    const auto word = awaits_verdict_ ? verdict.capture(line) : std::nullopt;
    if (!word) return false;
    awaits_verdict_ = false;
    if (*word == "FAILED" && run_.bad() == 0)
      to.broken(concat("unittest says \"", line, "\" and names none"));
    if (const std::uint64_t named = run_.results().size(); ran_ > named) to.ran(ran_ - named);
    deliver(to, *word == "OK");
    return true;
  }
  // What looks like a failure in a run without one is what a test has printed.
  void deliver(TestCollector& to, bool all_passed) {
    for (TestResult& result : run_.take()) {
      if (all_passed && is_bad(result.outcome)) continue;
      to.add(std::move(result));
    }
    run_ = {};
    failing_.clear();
  }

  TestCollector run_;
  std::string described_;  // has its docstring on the next line
  std::string running_;
  std::string word_;     // the last that may be its outcome
  std::string failing_;  // whose traceback is printed
  std::uint64_t ran_ = 0;
  bool ruled_ = false;
  bool awaits_verdict_ = false;
  bool seen_ = false;
};

}  // namespace

std::unique_ptr<TestParser> unittest_parser() { return std::make_unique<Unittest>(); }

}  // namespace testfarm
