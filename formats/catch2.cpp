// Of Catch2's console and compact reporters, versions 2 and 3. They name what fails; the last lines count the
// rest.
#include "formats/catch2.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

class Catch2 final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    if (program(line, to) || header(line)) return;
    static const Regex failed = *Regex::compile(R"(^.+[:(]\d+\)?: FAILED:$)");
    static const Regex compact = *Regex::compile(R"(^(.+[:(]\d+\)?: failed: .*)$)");
    if (failed.finds_in(line) && !name_.empty()) {
      run_.merge({.name = name_, .outcome = TestOutcome::failed});
      failing_ = true;
    } else if (const auto what = compact.capture(line)) {
      append_message(compact_, *what);
    }
    if (failing_ && !line.empty())
      run_.merge({.name = name_, .outcome = TestOutcome::failed, .message = std::string(line)});
  }
  void finish(TestCollector& to) override {
    if (!begun_ && run_.empty()) return;
    to.broken("Catch2's output ends before it counts its test cases");
    deliver(to, false);
  }
  bool recognised() const override { return seen_; }

 private:
  static bool is_rule(std::string_view line, char character) {
    return line.size() == 79 && line.find_first_not_of(character) == std::string_view::npos;
  }

  // A rule of dashes, the test case, its sections (indented), a rule, the place, a rule of dots.
  bool header(std::string_view line) {
    if (is_rule(line, '-')) {
      if (in_header_) {
        in_header_ = false;
      } else {
        name_.clear();
        failing_ = false;
        in_header_ = true;
      }
      return true;
    }
    if (is_rule(line, '.')) return true;
    if (!in_header_) return false;
    // A long name is wrapped, its rest indented like a section's; a section begins with two blanks.
    const std::string_view text = trim(line);
    if (name_.empty())
      name_ = text;
    else
      name_ += concat('/', text);
    return true;
  }

  bool program(std::string_view line, TestCollector& to) {
    static const Regex host = *Regex::compile(R"(^\S+ is a Catch2? v[0-9.]+\S* host application\.$)");
    static const Regex passed = *Regex::compile(R"(^All tests passed \(.* in (\d+) test cases?\)$)");
    static const Regex counts = *Regex::compile(R"(^test cases: +(\d+) \|(.*)$)");
    static const Regex compact = *Regex::compile(R"(^Failed (?:all )?(\d+) test cases?, failed )");
    static const Regex compact_passed =
        *Regex::compile(R"(^Passed (?:all |both )?(?:(\d+) )?test cases? with )");
    if (host.finds_in(line)) {
      begun_ = seen_ = true;
      return true;
    }
    if (line.starts_with("No tests ran") || line.starts_with("No test cases matched")) {
      seen_ = true;
      begun_ = false;
      return true;
    }
    if (const auto count = passed.capture(line)) return end(to, to_unsigned(*count).value_or(0), 0);
    if (const auto count = compact_passed.capture(line)) return end(to, to_unsigned(*count).value_or(1), 0);
    if (const auto found = counts.captures(line)) {
      static const Regex bad = *Regex::compile(R"((\d+) failed(?: *\||$))");
      const auto failed = bad.capture((*found)[1]);
      return end(to, to_unsigned((*found)[0]).value_or(0), failed ? to_unsigned(*failed).value_or(0) : 0);
    }
    if (const auto count = compact.capture(line)) {
      const std::uint64_t failed = to_unsigned(*count).value_or(1);
      to.broken(
          concat("Catch2's compact reporter does not name the ", failed,
                 " that failed; use the console's or JUnit's: ", compact_.substr(0, compact_.find('\n'))));
      return end(to, failed, failed);
    }
    return false;
  }
  bool end(TestCollector& to, std::uint64_t all, std::uint64_t failed) {
    seen_ = true;
    if (failed > 0 && run_.bad() == 0 && compact_.empty())
      to.broken(concat("Catch2 says ", failed, " failed and names none"));
    const std::uint64_t named = run_.results().size();
    if (all > named) to.ran(all - named);
    deliver(to, failed == 0);
    return true;
  }
  // Where none failed those that did were expected to.
  void deliver(TestCollector& to, bool expected) {
    for (TestResult& result : run_.take()) {
      if (expected) result.outcome = TestOutcome::skipped;
      to.add(std::move(result));
    }
    run_ = {};
    name_.clear();
    compact_.clear();
    begun_ = failing_ = in_header_ = false;
  }

  TestCollector run_;
  std::string name_;     // of the block that is read
  std::string compact_;  // failures without a name
  bool in_header_ = false;
  bool failing_ = false;
  bool begun_ = false;
  bool seen_ = false;
};

}  // namespace

std::unique_ptr<TestParser> catch2_parser() { return std::make_unique<Catch2>(); }

}  // namespace testfarm
