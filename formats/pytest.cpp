#include "formats/pytest.hpp"

#include <algorithm>

#include "base/regex.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

// Lines of pytest -v, and of the short summary (-r or the failures' at the end).
class Pytest final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    static const Regex verbose =
        *Regex::compile(R"(^(\S+::.+ (?:PASSED|FAILED|SKIPPED|ERROR|XFAIL|XPASS)(?: \(.*\))?) +\[ *\d+%\]$)");
    static const Regex summary = *Regex::compile(R"(^((?:FAILED|ERROR) \S+(?:::|\.py).*)$)");
    if (const auto found = verbose.capture(line)) {
      const std::size_t word = word_in(*found);
      to.add({.name = std::string(trim(found->substr(0, word))),
              .outcome = outcome_of(found->substr(word)),
              .seconds = 0});
    } else if (const auto told = summary.capture(line)) {
      const auto blank = told->find(' ');
      const auto dash = told->find(" - ");
      to.add({.name = std::string(trim(told->substr(blank, dash - blank))),
              .outcome = outcome_of(*told),
              .seconds = 0,
              .message = dash == std::string_view::npos ? "" : std::string(told->substr(dash + 3))});
    }
  }

 private:
  static std::size_t word_in(std::string_view text) {
    std::size_t at = 0;
    for (const char* word : {" PASSED", " FAILED", " SKIPPED", " ERROR", " XFAIL", " XPASS"})
      if (const auto found = text.rfind(word); found != std::string_view::npos) at = std::max(at, found + 1);
    return at;
  }
  static TestOutcome outcome_of(std::string_view word) {
    if (word.starts_with("PASSED") || word.starts_with("XPASS")) return TestOutcome::passed;
    if (word.starts_with("FAILED")) return TestOutcome::failed;
    if (word.starts_with("ERROR")) return TestOutcome::error;
    return TestOutcome::skipped;
  }
};

}  // namespace

std::unique_ptr<TestParser> pytest_parser() { return std::make_unique<Pytest>(); }

}  // namespace testfarm
