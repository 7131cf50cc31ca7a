#include "formats/tap.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace testfarm {
namespace {

// "ok 1 - name # SKIP why" (testanything.org); of subtests only the verdict of their parent counts.
class Tap final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    const bool bad = line.starts_with("not ok");
    if (!bad && !line.starts_with("ok")) return diagnostic(line);
    line.remove_prefix(bad ? 6 : 2);
    if (!line.empty() && line.front() != ' ') return;
    finish(to);
    line = trim(line);
    const auto digits = std::min(line.find_first_not_of("0123456789"), line.size());
    const std::string number(line.substr(0, digits));
    line = trim(line.substr(digits));
    if (line.starts_with('-')) line = trim(line.substr(1));
    TestResult result;
    const auto hash = line.starts_with('#') ? 0 : line.find(" #");
    const std::string directive(hash == std::string_view::npos ? ""
                                                               : trim(line.substr(line.find('#', hash) + 1)));
    const bool skip = directive.size() >= 4 && same_word(directive, "skip");
    const bool todo = directive.size() >= 4 && same_word(directive, "todo");
    if (skip || todo) line = trim(line.substr(0, hash));
    result.name = line.empty() ? "test " + number : std::string(line);
    result.outcome = skip || (todo && bad) ? TestOutcome::skipped
                     : bad                 ? TestOutcome::failed
                                           : TestOutcome::passed;
    if (skip || todo) result.message = directive;
    last_ = std::move(result);
    open_ = true;
  }
  void finish(TestCollector& to) override {
    if (open_) to.add(std::move(last_));
    open_ = false;
  }

 private:
  static bool same_word(std::string_view text, std::string_view word) {
    return std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) { return a == (b | 0x20); });
  }
  void diagnostic(std::string_view line) {
    if (!open_ || last_.outcome != TestOutcome::failed) return;
    const std::string_view clean = trim(line);
    if (line.starts_with('#') || line.starts_with("  ")) append_message(last_.message, clean);
  }
  TestResult last_;
  bool open_ = false;
};

}  // namespace

std::unique_ptr<TestParser> tap_parser() { return std::make_unique<Tap>(); }

}  // namespace testfarm
