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
    static const Regex shape =
        *Regex::compile(R"(^ *(?:\d+/\d+ +)?Test +#\d+: (.*\.\.\. *(?:\*\*\*)?[A-Z].*[0-9.]+ sec) *$)");
    const auto found = shape.capture(line);
    if (!found) return output(line);
    finish(to);
    const auto dots = found->rfind("...");
    const std::string_view name = found->substr(0, found->find_last_not_of('.', dots) + 1);
    std::string_view rest = trim(found->substr(dots + 3));
    const bool starred = rest.starts_with("***");
    if (starred) rest.remove_prefix(3);
    const auto unit = rest.rfind(" sec");
    const auto blank = rest.rfind(' ', unit - 1);
    last_ = {.name = std::string(trim(name)),
             .outcome = outcome_of(rest, starred),
             .seconds = to_double(trim(rest.substr(blank, unit - blank))).value_or(0)};
    if (last_.outcome != TestOutcome::passed) last_.message = trim(rest.substr(0, blank));
    open_ = true;
  }
  void finish(TestCollector& to) override {
    // Of several tries (--repeat) the last one counts.
    if (open_) to.replace(std::move(last_));
    open_ = false;
  }

 private:
  static TestOutcome outcome_of(std::string_view word, bool starred) {
    if (!starred) return TestOutcome::passed;
    if (word.starts_with("Skipped") || word.starts_with("Not Run (Disabled)")) return TestOutcome::skipped;
    return word.starts_with("Failed") ? TestOutcome::failed
                                      : TestOutcome::error;  // Timeout, Exception, Not Run
  }
  void output(std::string_view line) {
    static const Regex next = *Regex::compile(R"(^ *(Start +\d+: |\d+% tests passed))");
    if (open_ && last_.outcome != TestOutcome::passed && !line.empty() && !next.finds_in(line))
      append_message(last_.message, line);
  }
  TestResult last_;
  bool open_ = false;
};

}  // namespace

std::unique_ptr<TestParser> ctest_parser() { return std::make_unique<CTest>(); }

}  // namespace testfarm
