// Reads lines of output in one format. Whatever a program claims of its counts is not believed: only the
// single results count.
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
  virtual void finish(TestCollector&) {}
};

}  // namespace testfarm
