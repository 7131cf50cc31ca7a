// TAP 12, 13 and 14 (testanything.org), with the subtests of Test::More, node and node-tap.
#include "formats/tap.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/regex.hpp"
#include "base/text.hpp"
#include "formats/tap_line.hpp"

namespace testfarm {
namespace {

constexpr std::size_t deepest = 32;
constexpr std::size_t most_results = 200'000;

struct Level {
  std::vector<TestResult> results;
  std::optional<TapPlan> plan;
  std::string name;         // of its "# Subtest:"
  bool is_subtest = false;  // a plan or a comment says so; else it is output that looks like results
  std::uint64_t last_number = 0;
  std::size_t reported = 0;  // its own tests, without those of their subtests
};

std::size_t bad_in(const std::vector<TestResult>& results) {
  return static_cast<std::size_t>(std::count_if(
      results.begin(), results.end(), [](const TestResult& result) { return is_bad(result.outcome); }));
}

class Tap final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
    const std::string_view text = line.substr(blanks);
    set_indents(text, blanks);
    if (blanks >= margin_) blanks -= margin_;
    if (in_yaml(text, blanks)) return;
    static const Regex bail_out = *Regex::compile("(?i)^bail out!");
    if (blanks % indent_ == 0 && bail_out.finds_in(text)) {
      to.broken(concat("TAP: ", text));
      seen_ = true;
      return;
    }
    const std::size_t depth = blanks / indent_;
    const bool fits = blanks % indent_ == 0 && depth <= levels_.size() && depth < deepest;
    if (fits && structure(depth, text, to)) return;
    if (depth == 0) look_behind(text);
    diagnostic(text, blanks);
  }

  void finish(TestCollector& to) override { close_document(to); }
  bool recognised() const override { return seen_; }

 private:
  // The kernel's dialect (KTAP) indents subtests by two, and what runs it may indent the whole.
  void set_indents(std::string_view text, std::size_t blanks) {
    const bool kernel = text.starts_with("KTAP version ");
    if (!kernel && !text.starts_with("TAP version ")) return;
    if (!seen_ && blanks > 0) margin_ = blanks;
    if (kernel) indent_ = 2;
  }

  bool structure(std::size_t depth, std::string_view text, TestCollector& to) {
    if (const auto result = parse_tap_line(text)) {
      if (count_ >= most_results) return true;
      take(depth, *result, to);
      return true;
    }
    if (const auto plan = parse_tap_plan(text)) {
      if (depth == 0 && levels_[0].plan) close_document(to);
      Level& level = at(depth);
      level.plan = plan;
      level.is_subtest = true;
      if (depth == 0) seen_ = true;
      return true;
    }
    if (depth > 0 && text.starts_with("KTAP version ")) {
      at(depth).is_subtest = true;
      return true;
    }
    if (depth == 0 && (text.starts_with("TAP version ") || text.starts_with("KTAP version "))) {
      if (!levels_[0].results.empty() || levels_[0].plan) close_document(to);
      seen_ = true;
      return true;
    }
    static const Regex subtest = *Regex::compile("^# Subtest: (.*)$");
    if (const auto name = subtest.capture(text)) {
      if (depth == levels_.size()) at(depth).is_subtest = true;
      // In KTAP it stands within the subtest.
      if (indent_ == 2 && depth > 0) levels_[depth].name = std::string(*name);
      announced_ = {depth, std::string(*name)};
      return true;
    }
    if (text == "}" && buffered_ == depth + 1) {
      close_buffered(depth, to);
      return true;
    }
    return false;
  }

  // The level of that depth; a deeper one begins, deeper ones than this stay for their parent's line.
  Level& at(std::size_t depth) {
    if (depth == levels_.size()) {
      levels_.emplace_back();
      if (announced_ && announced_->first + 1 >= depth) {
        levels_[depth].is_subtest = true;
        levels_[depth].name = announced_->second;
      }
    }
    return levels_[depth];
  }

  void take(std::size_t depth, const TapLine& line, TestCollector& to) {
    if (depth == 0 && levels_[0].plan && levels_[0].results.size() >= levels_[0].plan->tests &&
        line.number == 1U)
      close_document(to);
    Level& level = at(depth);
    announced_.reset();
    const std::uint64_t number = line.number.value_or(level.last_number + 1);
    level.last_number = number;
    ++level.reported;
    if (depth == 0) {
      numbers_.insert(number);
      ++reported_;
    }
    TestResult result{.name = line.name.empty() ? concat("test ", number) : line.name,
                      .outcome = line.outcome,
                      .seconds = line.seconds,
                      .message = line.directive};
    ++count_;
    if (line.opens) {
      // Its subtests follow.
      buffered_ = depth + 1;
      level.results.push_back(std::move(result));
      levels_.resize(depth + 1);
      levels_.emplace_back().is_subtest = true;
      return;
    }
    check_subtest(depth, result, to);
    std::vector<TestResult> children = take_children(depth);
    place(level.results, std::move(result), std::move(children));
    last_ = &levels_[depth].results.back();
    last_blanks_ = depth * indent_;
  }

  void close_buffered(std::size_t depth, TestCollector& to) {
    buffered_ = 0;
    if (levels_[depth].results.empty()) return;
    TestResult parent = std::move(levels_[depth].results.back());
    levels_[depth].results.pop_back();
    if (levels_.size() > depth + 1) levels_[depth + 1].name = parent.name;
    check_subtest(depth, parent, to);
    std::vector<TestResult> children = take_children(depth);
    Level& level = levels_[depth];
    place(level.results, std::move(parent), std::move(children));
    last_ = nullptr;
  }

  // Whether a subtest that was announced kept its plan: one whose parent failed says so there.
  void check_subtest(std::size_t depth, const TestResult& parent, TestCollector& to) const {
    if (levels_.size() <= depth + 1 || parent.outcome != TestOutcome::passed) return;
    const Level& subtest = levels_[depth + 1];
    if (subtest.name.empty() || !subtest.plan || subtest.plan->tests == subtest.reported) return;
    to.broken(concat("TAP: the plan of the subtest ", in_quotes(parent.name), " was 1..", subtest.plan->tests,
                     ", and ", counted(subtest.reported, "test"), " came"));
  }

  // The results of the deeper levels, if they are subtests.
  std::vector<TestResult> take_children(std::size_t depth) {
    last_ = nullptr;
    std::vector<TestResult> children;
    if (levels_.size() > depth + 1 && levels_[depth + 1].is_subtest)
      children = std::move(levels_[depth + 1].results);
    levels_.resize(std::min(levels_.size(), depth + 1));
    return children;
  }

  // A parent only says what its subtests say; except where it fails for a reason of its own.
  static void place(std::vector<TestResult>& to, TestResult parent, std::vector<TestResult> children) {
    const bool bad_parent = is_bad(parent.outcome);
    const std::size_t bad = bad_in(children);
    // One that passed did not see the failures: they are output. One that was skipped or is not to pass yet,
    // likewise.
    if (!bad_parent && (bad > 0 || parent.outcome == TestOutcome::skipped)) children.clear();
    const std::string name = parent.name;
    const bool says_more = children.empty() || (bad_parent && bad == 0);
    for (TestResult& child : children) {
      child.name = concat(name, '/', child.name);
      to.push_back(std::move(child));
    }
    if (says_more) to.push_back(std::move(parent));
  }

  // "Loading...ok 2 - name": believed where number 2 is missing otherwise.
  void look_behind(std::string_view text) {
    static const Regex glued = *Regex::compile(R"(((?:not )?ok \d+(?: .*)?)$)");
    if (text.starts_with('#')) return;
    const auto found = glued.capture(text);
    if (!found || found->size() == text.size()) return;
    auto result = parse_tap_line(*found);
    if (result && result->number && !numbers_.contains(*result->number) && hidden_.size() < most_results)
      hidden_.emplace(*result->number, std::move(*result));
  }

  bool in_yaml(std::string_view text, std::size_t blanks) {
    if (yaml_blanks_ == 0) {
      if (text != "---" || last_ == nullptr || blanks != last_blanks_ + 2) return false;
      yaml_blanks_ = blanks;
      return true;
    }
    if (!text.empty() && blanks < yaml_blanks_) {
      yaml_blanks_ = 0;
      return false;
    }
    if (text == "..." && blanks == yaml_blanks_)
      yaml_blanks_ = 0;
    else
      diagnostic(text, blanks);
    return true;
  }
  void diagnostic(std::string_view text, std::size_t blanks) {
    if (last_ == nullptr || last_->outcome != TestOutcome::failed) return;
    if (text.starts_with('#') || blanks > last_blanks_) append_message(last_->message, trim(text));
  }

  void close_document(TestCollector& to) {
    yaml_blanks_ = 0;
    // A subtest whose parent never came.
    for (std::size_t depth = levels_.size(); depth-- > 1;) {
      if (!levels_[depth].is_subtest) continue;
      for (TestResult& child : levels_[depth].results) {
        if (!levels_[depth].name.empty()) child.name = concat(levels_[depth].name, '/', child.name);
        levels_[depth - 1].results.push_back(std::move(child));
      }
      if (!seen_) continue;
      to.broken(concat("TAP: the output ends within the subtest ", in_quotes(levels_[depth].name)));
    }
    Level& top = levels_[0];
    for (auto& [number, line] : hidden_)
      if (!numbers_.contains(number) &&
          (top.plan ? number <= top.plan->tests
                    : number < top.last_number || number == top.last_number + 1)) {
        top.results.push_back({.name = line.name.empty() ? concat("test ", number) : line.name,
                               .outcome = line.outcome,
                               .seconds = line.seconds,
                               .message = line.directive});
        ++reported_;
      }
    check_plan(top, to);
    take_times_off(top.results);
    for (TestResult& result : top.results) to.add(std::move(result));
    levels_.assign(1, {});
    last_ = nullptr;
    buffered_ = 0;
    numbers_.clear();
    reported_ = 0;
    hidden_.clear();
    announced_.reset();
  }

  void check_plan(const Level& top, TestCollector& to) const {
    if (!top.plan) {
      if (reported_ > 0)
        to.broken(concat("TAP: ", counted(reported_, "test"), " and no plan: \"1..", reported_,
                         "\" was never said"));
      return;
    }
    if (top.plan->tests != reported_)
      to.broken(
          concat("TAP: the plan was 1..", top.plan->tests, ", and ", counted(reported_, "test"), " came"));
    if (top.plan->skips) to.ran(1);
  }

  // bats --timing: "name in 5ms", at each of them.
  static void take_times_off(std::vector<TestResult>& results) {
    static const Regex timed = *Regex::compile(R"(^(.*) in \d+ ?ms$)");
    const bool all = std::all_of(results.begin(), results.end(), [](const TestResult& result) {
      return result.outcome == TestOutcome::skipped || timed.finds_in(result.name);
    });
    if (!all) return;
    for (TestResult& result : results)
      if (const auto name = timed.capture(result.name)) result.name = std::string(*name);
  }

  std::vector<Level> levels_ = std::vector<Level>(1);
  std::optional<std::pair<std::size_t, std::string>> announced_;  // depth and name of "# Subtest:"
  std::set<std::uint64_t> numbers_;                               // of the document's own tests
  std::size_t reported_ = 0;                                      // its own tests
  std::map<std::uint64_t, TapLine> hidden_;                       // behind other output
  TestResult* last_ = nullptr;  // may get diagnostics; of the level that was written last
  std::size_t last_blanks_ = 0;
  std::size_t indent_ = 4;       // of a subtest
  std::size_t margin_ = 0;       // of the whole
  std::size_t yaml_blanks_ = 0;  // of an open YAML block
  std::size_t buffered_ = 0;     // depth of the subtests in braces
  std::size_t count_ = 0;
  bool seen_ = false;
};

}  // namespace

std::unique_ptr<TestParser> tap_parser() { return std::make_unique<Tap>(); }

}  // namespace testfarm
