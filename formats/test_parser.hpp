// Reads lines of output in one format, as a terminal would show them (client/run/terminal_lines). Counts that
// a program claims name no test; they are promises: what they say and the results do not is told
// (TestCollector::broken).
#pragma once

#include <string_view>

#include "formats/test_collector.hpp"

namespace testfarm {

class TestParser {
 public:
  TestParser() = default;
  TestParser(const TestParser&) = delete;
  TestParser& operator=(const TestParser&) = delete;
  virtual ~TestParser() = default;
  virtual void line(std::string_view line, TestCollector& to) = 0;
  // No line will come: what is still open was cut off.
  virtual void finish(TestCollector& to) = 0;
  // Whether something of this format was met that other programs do not print by chance.
  virtual bool recognised() const = 0;
  // Whether a test is running, whose own output the next line may be.
  virtual bool within_test() const { return false; }
};

}  // namespace testfarm
