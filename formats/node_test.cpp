// Of node:test's spec reporter (lib/internal/test_runner/reporter/spec.js); its TAP is read as TAP.
#include "formats/node_test.hpp"

#include <set>

#include "base/regex.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

class NodeTest final : public TestParser {
 public:
  void line(std::string_view line, TestCollector& to) override {
    static const Regex count = *Regex::compile(R"(^ℹ (tests|pass|fail|cancelled|duration_ms) ([0-9.]+)$)");
    static const Regex result =
        *Regex::compile(R"((^ *|[^ ] *)(✔|✖|﹣|▶|⚠) (.*?) \(([0-9.]+)ms\)(?: # (.*))?$)");
    static const Regex group = *Regex::compile(R"(^( *)▶ (.*)$)");
    if (line == "✖ failing tests:") {
      in_list_ = true;  // the same once more
      return;
    }
    if (const auto found = count.captures(line)) return counted_as((*found)[0], (*found)[1], to);
    if (const auto found = result.captures(line)) {
      if (in_list_)
        listed_.insert(std::string((*found)[2]));
      else
        take(*found);
      return;
    }
    if (in_list_) return;
    if (const auto found = group.captures(line)) {
      const std::size_t depth = (*found)[0].size() / 2;
      if (depth > groups_.size()) return;
      groups_.resize(depth);
      groups_.push_back({.name = std::string((*found)[1])});
      return;
    }
    if (last_ != nullptr && line.starts_with("  ") && !trim(line).empty()) append_message(*last_, trim(line));
  }
  void finish(TestCollector& to) override {
    if (!results_.empty() && !summed_) to.broken("node's output ends before it counts its tests");
    tell(to);
  }
  bool recognised() const override { return seen_; }

 private:
  struct Group {
    std::string name;
    std::size_t bad = 0;
    std::size_t all = 0;
  };

  void take(const std::vector<std::string_view>& found) {
    // Behind unfinished output there are no blanks to count: it stands where the test is that printed it.
    const bool glued = !found[0].empty() && found[0].front() != ' ';
    const std::size_t depth = glued ? groups_.size() : found[0].size() / 2;
    const std::string_view sign = found[1];
    const std::string_view note = found[4];
    TestOutcome outcome = sign == "✔" || sign == "▶" ? TestOutcome::passed
                          : sign == "✖"              ? TestOutcome::failed
                                                     : TestOutcome::skipped;
    if (note == "TODO" || note.starts_with("TODO ") || note.starts_with("SKIP"))
      outcome = TestOutcome::skipped;
    last_ = nullptr;
    if (groups_.size() > depth && groups_[depth].name == found[2]) {
      const Group group = groups_[depth];
      groups_.resize(depth);
      for (Group& outer : groups_) {
        outer.bad += group.bad;
        outer.all += group.all;
      }
      // A group that only says what its tests say.
      if (group.all > 0 && (group.bad > 0 || sign != "✖")) return;
    }
    if (depth < groups_.size()) groups_.resize(depth);
    std::string path;
    for (Group& group : groups_) {
      path += concat(group.name, '/');
      ++group.all;
      group.bad += is_bad(outcome) ? 1U : 0U;
    }
    results_.push_back({.name = concat(path, found[2]),
                        .outcome = outcome,
                        .seconds = to_double(found[3]).value_or(0) / 1000,
                        .message = std::string(note)});
    if (outcome == TestOutcome::failed) last_ = &results_.back().message;
  }

  void counted_as(std::string_view what, std::string_view number, TestCollector& to) {
    seen_ = true;
    if (what == "tests") {
      if (summed_ && in_list_) tell(to);
      summed_ = true;
      said_bad_ = 0;
    } else if (what == "fail" || what == "cancelled") {
      said_bad_ += to_unsigned(number).value_or(0);
    }
  }
  void tell(TestCollector& to) {
    std::uint64_t bad = 0;
    // Printed by a test, unless the list at the end has it too.
    const auto is_output = [&](const TestResult& result) {
      const auto leaf = result.name.rfind('/');
      return is_bad(result.outcome) && summed_ &&
             (said_bad_ == 0 ||
              (!listed_.empty() && !listed_.contains(result.name) &&
               !listed_.contains(result.name.substr(leaf == std::string::npos ? 0 : leaf + 1))));
    };
    std::erase_if(results_, is_output);
    for (const TestResult& result : results_) bad += is_bad(result.outcome) ? 1U : 0U;
    if (summed_ && said_bad_ > 0 && bad == 0)
      to.broken(concat("node counts ", said_bad_, " that failed and names none"));
    for (TestResult& result : results_) to.add(std::move(result));
    results_.clear();
    listed_.clear();
    groups_.clear();
    last_ = nullptr;
    summed_ = in_list_ = false;
    said_bad_ = 0;
  }

  std::vector<TestResult> results_;
  std::set<std::string> listed_;  // among the failing tests, at the end
  std::vector<Group> groups_;     // that are open, the outermost first
  std::string* last_ = nullptr;   // the message of what failed last
  std::uint64_t said_bad_ = 0;
  bool in_list_ = false;
  bool summed_ = false;
  bool seen_ = false;
};

}  // namespace

std::unique_ptr<TestParser> node_test_parser() { return std::make_unique<NodeTest>(); }

}  // namespace testfarm
