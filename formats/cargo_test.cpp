// Of Rust's libtest, as `cargo test` shows it, with and without -q and --nocapture
// (library/test/src/formatters).
#include "formats/cargo_test.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/regex.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

class CargoTest final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    if (program(line, to)) return;
    static const Regex result = *Regex::compile(
        R"(^(?:.*)test (\S+(?: - .+?)?) \.\.\. (ok|FAILED|ignored(?:, .*)?|bench: .*)(?: <[0-9.]+s>)?$)");
    static const Regex begins = *Regex::compile(R"(^(?:.*)test (\S+(?: - .+?)?) \.\.\. )");
    // A look-alike of libtest with kinds and blanks in its names; another thread may print behind the word.
    static const Regex spaced =
        *Regex::compile(R"(^test +(.+?) +\.\.\. (ok|FAILED|ignored(?:, .*)?)(?: <[0-9.]+s>)?$)");
    static const Regex followed =
        *Regex::compile(R"(^test (\S+(?: - .+?)?) \.\.\. (ok|FAILED)[^A-Za-z0-9 _].*$)");
    static const Regex quiet = *Regex::compile(R"(^(\S+(?: - .+)?) --- FAILED$)");
    static const Regex alone = *Regex::compile(R"((ok|FAILED)$)");
    if (const auto found = result.captures(line)) {
      // Perhaps printed by the test that runs: then its own word follows, or the list of failures has it not.
      results_[name_in((*found)[0])] = outcome_of((*found)[1]);
      if (running_.empty() || line.starts_with("test ")) running_.clear();
      static const Regex first = *Regex::compile(R"(^test (\S+(?: - .+?)?) \.\.\. .*test )");
      if (const auto outer = first.capture(line)) running_ = name_in(*outer);
      return;
    }
    if (const auto found = spaced.captures(line);
        found && (*found)[0].find(" ... ") == std::string_view::npos) {
      results_[name_in((*found)[0])] = outcome_of((*found)[1]);
      return;
    }
    if (const auto begun = begins.capture(line)) {
      running_ = name_in(*begun);
      results_.erase(running_);
      // Until its own word comes, if this was none.
      if (const auto found = followed.captures(line)) results_[running_] = outcome_of((*found)[1]);
    } else if (const auto failed = quiet.capture(line)) {
      results_[std::string(*failed)] = TestOutcome::failed;
    }
    // The last such word before the next test is its own.
    const auto word = running_.empty() ? std::nullopt : alone.capture(line);
    if (word) results_[running_] = outcome_of(*word);
    told(line);
  }

  void finish(TestCollector& to) override {
    if (!open_) return;
    if (!running_.empty() && !results_.contains(running_)) results_[running_] = TestOutcome::error;
    to.broken(concat("cargo test's output ends before \"test result:\" of ",
                     binary_.empty() ? "the tests" : binary_));
    deliver(to, nullptr);
  }
  bool recognised() const override { return seen_; }
  bool within_test() const override { return open_ && !running_.empty(); }

 private:
  static TestOutcome outcome_of(std::string_view word) {
    if (word.starts_with("ignored")) return TestOutcome::skipped;
    return word == "FAILED" ? TestOutcome::failed : TestOutcome::passed;
  }
  // How it is to end is no part of its name.
  static std::string name_in(std::string_view text) {
    for (const std::string_view mode : {" - should panic", " - compile fail", " - compile"})
      if (text.ends_with(mode)) text.remove_suffix(mode.size());
    return std::string(text);
  }

  bool program(std::string_view line, TestCollector& to) {
    static const Regex unit = *Regex::compile(R"(^ +Running .*\(.*?([^/\\]+)-[0-9a-f]{16}(?:\.exe)?\)$)");
    static const Regex documents = *Regex::compile(R"(^ +Doc-tests (\S+)$)");
    static const Regex begins = *Regex::compile(R"(^running (\d+) tests?$)");
    static const Regex ends = *Regex::compile(
        R"(^test result: (ok|FAILED)\. (\d+) passed; (\d+) failed; (\d+) ignored; (\d+) measured; )");
    auto name = unit.capture(line);
    if (!name) name = documents.capture(line);
    if (name) {
      finish(to);
      binary_ = std::string(*name);
      return true;
    }
    if (const auto count = begins.capture(line); count && !open_) {
      promised_ = to_unsigned(*count).value_or(0);
      open_ = seen_ = true;
      return true;
    }
    if (const auto said = ends.captures(line); said && open_) return end(*said, to);
    if (open_ && line == "failures:") {
      // The last list has the names; the first one what they said.
      listed_.clear();
      in_list_ = true;
      return true;
    }
    if (in_list_ && line.starts_with("    ") && line.size() > 4 && line[4] != ' ') {
      listed_.insert(std::string(line.substr(4)));
      return true;
    }
    in_list_ = in_list_ && line.empty();
    return false;
  }

  // Printed by a test, unless it counts as many as were to run.
  bool end(const std::vector<std::string_view>& said, TestCollector& to) {
    std::uint64_t all = 0;
    for (std::size_t i = 1; i <= 4; ++i) all += to_unsigned(said[i]).value_or(0);
    if (all != promised_) return false;
    const bool passed = said[0] == "ok";
    if (!passed && listed_.empty()) {
      for (const auto& [name, outcome] : results_)
        if (is_bad(outcome)) listed_.insert(name);
      if (listed_.empty()) to.broken(concat("cargo test says ", said[2], " failed and names none"));
    }
    if (passed) listed_.clear();
    deliver(to, &listed_);
    return true;
  }
  // `failed`: those that did, whatever was printed; null where nobody says.
  void deliver(TestCollector& to, const std::set<std::string>* list) {
    std::uint64_t named = 0;
    const std::set<std::string> full = list == nullptr ? std::set<std::string>{} : named_in_full(*list);
    const std::set<std::string>* failed = list == nullptr ? nullptr : &full;
    for (auto& [name, outcome] : results_) {
      const bool bad = failed == nullptr ? is_bad(outcome) : failed->contains(name);
      if (!bad && is_bad(outcome)) continue;  // output
      add(name, bad && !is_bad(outcome) ? TestOutcome::failed : outcome, to);
      ++named;
    }
    if (failed != nullptr)
      for (const std::string& name : full)
        if (!results_.contains(name)) {
          add(name, TestOutcome::failed, to);
          ++named;
        }
    if (promised_ > named) to.ran(promised_ - named);
    results_.clear();
    listed_.clear();
    messages_.clear();
    running_.clear();
    told_.clear();
    open_ = in_list_ = false;
  }
  // A look-alike lists "name" of what it told as "[kind] name".
  std::set<std::string> named_in_full(const std::set<std::string>& list) const {
    std::set<std::string> full;
    for (const std::string& name : list) {
      const auto told = std::find_if(results_.begin(), results_.end(), [&](const auto& result) {
        return result.first.starts_with('[') && result.first.ends_with("] " + name);
      });
      full.insert(results_.contains(name) || told == results_.end() ? name : told->first);
    }
    return full;
  }
  // Tests of several binaries may have one name.
  void add(const std::string& name, TestOutcome outcome, TestCollector& to) {
    TestResult result{.name = name, .outcome = outcome};
    const auto kind = name.starts_with('[') ? name.find("] ") : std::string::npos;
    for (const std::string& listed : {name, kind == std::string::npos ? name : name.substr(kind + 2)})
      if (const auto said = messages_.find(listed); is_bad(outcome) && said != messages_.end())
        result.message = said->second;
    if (to.knows(name) && !binary_.empty()) result.name = concat(binary_, ' ', name);
    to.add(std::move(result));
  }

  // "---- tests::fails stdout ----"
  void told(std::string_view line) {
    static const Regex title = *Regex::compile(R"(^---- (.+?)(?: std(?:out|err))? ----$)");
    if (const auto name = title.capture(line))
      told_ = std::string(*name);
    else if (!told_.empty())
      append_message(messages_[told_], line);
  }

  std::map<std::string, TestOutcome> results_;
  std::set<std::string> listed_;
  std::map<std::string, std::string> messages_;
  std::string binary_;
  std::string running_;  // its line is not ended
  std::string told_;     // whose output is shown
  std::uint64_t promised_ = 0;
  bool open_ = false;
  bool in_list_ = false;
  bool seen_ = false;
};

}  // namespace

std::unique_ptr<TestParser> cargo_test_parser() { return std::make_unique<CargoTest>(); }

}  // namespace testfarm
