#include "formats/text_results.hpp"

#include <utility>
#include <vector>

#include "formats/ctest.hpp"
#include "formats/googletest.hpp"
#include "formats/pytest.hpp"
#include "formats/tap.hpp"

namespace testfarm {
namespace {

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

std::unique_ptr<TestParser> test_parser(TestFormat format) {
  switch (format) {
    case TestFormat::tap: return tap_parser();
    case TestFormat::googletest: return googletest_parser();
    case TestFormat::ctest: return ctest_parser();
    case TestFormat::pytest: return pytest_parser();
    case TestFormat::none:
    case TestFormat::automatic: break;
  }
  return std::make_unique<Automatic>();
}

}  // namespace testfarm
