#include "formats/googletest.hpp"

#include "base/text.hpp"

namespace testfarm {
namespace {

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
      to.add({.name = std::string(name.substr(0, name.find(", where "))),
              .outcome = *outcome,
              .seconds = *ms / 1000,
              .message = *outcome == TestOutcome::passed ? "" : said_});
    running_ = false;
  }
  // It died within a test.
  void finish(TestCollector& to) override {
    if (running_) to.add({.name = name_, .outcome = TestOutcome::error, .seconds = 0, .message = said_});
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

}  // namespace

std::unique_ptr<TestParser> googletest_parser() { return std::make_unique<GoogleTest>(); }

}  // namespace testfarm
