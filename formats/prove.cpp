// Of perl's prove (TAP::Formatter::Console, App::Prove), with and without -v.
#include "formats/prove.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"
#include "formats/tap.hpp"

namespace testfarm {
namespace {

class Prove final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    static const Regex begins = *Regex::compile(R"(^(?:\[[0-9:]+\] )?(\S.*?) \.{2,} *(.*)$)");
    static const Regex totals = *Regex::compile(R"(^Files=(\d+), Tests=(\d+), )");
    static const Regex verdict = *Regex::compile(R"(^Result: (PASS|FAIL|NOTESTS)$)");
    if (const auto found = totals.captures(line)) {
      end_file(false);
      seen_ = summed_ = true;
      return;
    }
    if (const auto word = verdict.capture(line); word && summed_) return deliver(*word == "PASS", to);
    if (line == "Test Summary Report") {
      end_file(false);
      in_report_ = true;
    }
    if (in_report_) return report(line);
    if (file_.empty() || is_status(line)) {
      if (!file_.empty()) return status(line);
      if (const auto found = begins.captures(line)) return begin((*found)[0], (*found)[1]);
      // What the tests said before their file's line: prove shows their stderr at once.
      if (line.starts_with('#') || line.starts_with("    #")) append_message(said_, trim(line));
      return;
    }
    tap_->line(line, inner_);
  }
  void finish(TestCollector& to) override {
    if (results_.empty() && file_.empty()) return;
    const std::string cut = file_;
    end_file(true);
    to.broken(cut.empty() ? std::string("prove's output ends before \"Result:\"")
                          : concat("prove's output ends within ", cut));
    deliver(false, to);
  }
  bool recognised() const override { return seen_; }
  bool within_test() const override { return !file_.empty(); }

 private:
  void begin(std::string_view file, std::string_view rest) {
    file_ = std::string(file);
    seen_ = seen_ || file.ends_with(".t");
    tap_ = tap_parser();
    inner_ = {};
    bad_ = false;
    if (!rest.empty()) status(rest);
  }
  static bool is_status(std::string_view line) {
    static const Regex shape = *Regex::compile(
        R"(^(ok(?: +\d+ m?s.*)?|skipped: .*|skipped|Dubious, test returned .*|Failed \d+/\d+ subtests ?|No subtests run ?|All \d+ subtests passed ?)$)");
    return shape.finds_in(line);
  }
  // Some are followed by another: "Dubious, …" by "Failed 3/9 subtests".
  void status(std::string_view line) {
    if (line.starts_with("skipped")) {
      results_.push_back({.name = file_, .outcome = TestOutcome::skipped, .message = std::string(line)});
      file_.clear();
      return;
    }
    if (line.starts_with("Dubious")) {
      bad_ = true;
      append_message(said_, line);
      return;
    }
    if (line.starts_with("Failed ") || line.starts_with("No subtests") || line.starts_with("All "))
      bad_ = true;
    if (bad_) append_message(said_, line);
    end_file(bad_);
  }
  void end_file(bool bad) {
    if (file_.empty()) return;
    tap_->finish(inner_);
    const bool named = inner_.bad() > 0;
    for (TestResult& result : inner_.take()) {
      result.name = concat(file_, '/', result.name);
      results_.push_back(std::move(result));
    }
    // The file where nothing in it says the same.
    if ((bad || bad_) && !named)
      results_.push_back({.name = file_, .outcome = TestOutcome::failed, .message = said_});
    else if (results_.empty() || !results_.back().name.starts_with(file_))
      results_.push_back({.name = file_, .outcome = TestOutcome::passed});
    file_.clear();
    said_.clear();
    bad_ = false;
  }

  // "t/a.t (Wstat: 512 (exited 2) Tests: 8 Failed: 2)" and indented lines of why.
  void report(std::string_view line) {
    static const Regex title = *Regex::compile(R"(^(\S.*?) +\(Wstat: (.*)\)$)");
    if (const auto found = title.captures(line)) {
      reported_ = std::string((*found)[0]);
      return;
    }
    if (!line.starts_with("  ") || reported_.empty()) return;
    for (TestResult& result : results_)
      if (result.name == reported_) append_message(result.message, trim(line));
  }
  void deliver(bool passed, TestCollector& to) {
    for (TestResult& result : results_)
      if (!passed || !is_bad(result.outcome)) to.add(std::move(result));
    results_.clear();
    said_.clear();
    reported_.clear();
    summed_ = in_report_ = false;
  }

  std::vector<TestResult> results_;
  std::unique_ptr<TestParser> tap_;
  TestCollector inner_;   // of the file that runs
  std::string file_;      // that runs
  std::string said_;      // about the file whose line comes
  std::string reported_;  // the file that the summary explains
  bool bad_ = false;
  bool summed_ = false;
  bool in_report_ = false;
  bool seen_ = false;
};

}  // namespace

std::unique_ptr<TestParser> prove_parser() { return std::make_unique<Prove>(); }

}  // namespace testfarm
