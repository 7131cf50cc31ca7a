// Test results out of what test programs print or write. Whatever a program claims of its counts is not
// believed: only the single results count.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"
#include "client/definition/modifier.hpp"
#include "schema/event.hpp"

namespace testfarm {

// Collects results; one name that comes again keeps the worst of its outcomes and all messages.
class TestCollector {
 public:
  void add(TestResult result);
  // The same, but a name that comes again forgets what it was.
  void replace(TestResult result);
  std::vector<TestResult> take() { return std::move(results_); }
  bool empty() const { return results_.empty(); }

 private:
  std::vector<TestResult> results_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

// Reads lines of output in one format.
class TestParser {
 public:
  TestParser() = default;
  TestParser(const TestParser&) = delete;
  TestParser& operator=(const TestParser&) = delete;
  virtual ~TestParser() = default;
  virtual void line(std::string_view line, TestCollector& to) = 0;
  virtual void finish(TestCollector&) {}
};
// TestFormat::automatic takes the first format that has a result.
std::unique_ptr<TestParser> test_parser(TestFormat format);

// The cases of one JUnit XML file (dialects of CTest, GoogleTest, pytest, Boost, Maven …). bad_input where it
// is none.
Status read_junit(const Path& file, TestCollector& to);

}  // namespace testfarm
