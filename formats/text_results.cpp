#include "formats/text_results.hpp"

#include <algorithm>

#include "base/regex.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_results = 100'000;
constexpr std::size_t most_message = 2000;

int badness(TestOutcome outcome) {
  switch (outcome) {
    case TestOutcome::passed: return 0;
    case TestOutcome::skipped: return 1;
    case TestOutcome::failed: return 2;
    case TestOutcome::error: return 3;
  }
  return 0;
}

void append_message(std::string& message, std::string_view line) {
  if (message.size() >= most_message) return;
  if (!message.empty()) message += '\n';
  message += line;
}

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

// "[  FAILED  ] Suite.Name (3 ms)"; the summary at the end has no time.
class GoogleTest final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    if (line.starts_with("[ RUN      ] ")) {
      said_.clear();
      name_ = line.substr(13);
      running_ = true;
      return;
    }
    const auto outcome = outcome_of(line);
    const auto time = line.rfind(" (");
    if (!outcome || time == std::string_view::npos || !line.ends_with(" ms)")) {
      if (running_) append_message(said_, line);
      return;
    }
    const std::string_view name = line.substr(13, time - 13);
    const auto ms = to_double(line.substr(time + 2, line.size() - time - 6));
    if (ms && running_)
      to.add({std::string(name.substr(0, name.find(", where "))), *outcome, *ms / 1000,
              *outcome == TestOutcome::passed ? "" : said_});
    running_ = false;
  }
  // It died within a test.
  void finish(TestCollector& to) override {
    if (running_) to.add({name_, TestOutcome::error, 0, said_});
    running_ = false;
  }

 private:
  static std::optional<TestOutcome> outcome_of(std::string_view line) {
    if (line.starts_with("[       OK ] ")) return TestOutcome::passed;
    if (line.starts_with("[  FAILED  ] ")) return TestOutcome::failed;
    if (line.starts_with("[  SKIPPED ] ")) return TestOutcome::skipped;
    return std::nullopt;
  }
  std::string said_;
  std::string name_;
  bool running_ = false;
};

Regex compiled(std::string_view expression) { return *Regex::compile(expression); }

// " 4/78 Test  #4: unit/base/gzip ......***Failed    0.20 sec". What --output-on-failure prints follows its
// line.
class CTest final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    static const Regex shape =
        compiled(R"(^ *(?:\d+/\d+ +)?Test +#\d+: (.*\.\.\. *(?:\*\*\*)?[A-Z].*[0-9.]+ sec) *$)");
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
    last_ = {std::string(trim(name)),
             outcome_of(rest, starred),
             to_double(trim(rest.substr(blank, unit - blank))).value_or(0),
             {}};
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
    static const Regex next = compiled(R"(^ *(Start +\d+: |\d+% tests passed))");
    if (open_ && last_.outcome != TestOutcome::passed && !line.empty() && !next.finds_in(line))
      append_message(last_.message, line);
  }
  TestResult last_;
  bool open_ = false;
};

// Lines of pytest -v, and of the short summary (-r or the failures' at the end).
class Pytest final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    static const Regex verbose =
        compiled(R"(^(\S+::.+ (?:PASSED|FAILED|SKIPPED|ERROR|XFAIL|XPASS)(?: \(.*\))?) +\[ *\d+%\]$)");
    static const Regex summary = compiled(R"(^((?:FAILED|ERROR) \S+(?:::|\.py).*)$)");
    if (const auto found = verbose.capture(line)) {
      const std::size_t word = word_in(*found);
      to.add({std::string(trim(found->substr(0, word))), outcome_of(found->substr(word)), 0, {}});
    } else if (const auto told = summary.capture(line)) {
      const auto blank = told->find(' ');
      const auto dash = told->find(" - ");
      to.add({std::string(trim(told->substr(blank, dash - blank))), outcome_of(*told), 0,
              dash == std::string_view::npos ? "" : std::string(told->substr(dash + 3))});
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

class Automatic final : public TestParser {
 public:
  Automatic() {
    for (const TestFormat format :
         {TestFormat::googletest, TestFormat::ctest, TestFormat::pytest, TestFormat::tap})
      all_.emplace_back(test_parser(format), TestCollector());
  }
  void line(std::string_view line, TestCollector&) override {
    for (auto& [parser, found] : all_) parser->line(line, found);
  }
  void finish(TestCollector& to) override {
    for (auto& [parser, found] : all_) {
      parser->finish(found);
      if (found.empty()) continue;
      for (TestResult& result : found.take()) to.add(std::move(result));
      return;
    }
  }

 private:
  std::vector<std::pair<std::unique_ptr<TestParser>, TestCollector>> all_;
};

}  // namespace

void TestCollector::add(TestResult result) {
  std::string name = repaired_utf8(result.name);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
      ' ');
  result.name = std::string(utf8_prefix(name, limits::name));
  result.message = std::string(utf8_prefix(repaired_utf8(result.message), most_message));
  if (result.name.empty()) return;
  const auto known = places_.find(result.name);
  if (known == places_.end()) {
    if (results_.size() >= most_results) return;
    places_.emplace(result.name, results_.size());
    results_.push_back(std::move(result));
    return;
  }
  TestResult& there = results_[known->second];
  if (badness(result.outcome) > badness(there.outcome)) there.outcome = result.outcome;
  there.seconds = std::max(there.seconds, result.seconds);
  if (!result.message.empty() && there.message.find(result.message) == std::string::npos)
    append_message(there.message, result.message);
}

void TestCollector::replace(TestResult result) {
  const auto known = places_.find(result.name);
  if (known == places_.end()) return add(std::move(result));
  TestResult& there = results_[known->second];
  there.outcome = result.outcome;
  there.seconds = result.seconds;
  there.message = std::string(utf8_prefix(repaired_utf8(result.message), most_message));
}

std::unique_ptr<TestParser> test_parser(TestFormat format) {
  switch (format) {
    case TestFormat::tap: return std::make_unique<Tap>();
    case TestFormat::googletest: return std::make_unique<GoogleTest>();
    case TestFormat::ctest: return std::make_unique<CTest>();
    case TestFormat::pytest: return std::make_unique<Pytest>();
    case TestFormat::none:
    case TestFormat::automatic: break;
  }
  return std::make_unique<Automatic>();
}

}  // namespace testfarm
