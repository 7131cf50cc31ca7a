// Tests that have begun and not ended, of formats that say both. What looks like results between the two is
// the output of the test, as soon as its own result is there: whoever tests a test runner prints such.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/event.hpp"

namespace testfarm {

class OpenTests {
 public:
  void begin(std::string_view name) { open_.push_back({std::string(name), {}, {}}); }
  bool empty() const { return open_.empty(); }
  bool has(std::string_view name) const;
  // The name of the one that began last.
  const std::string& last() const { return open_.back().name; }
  void said(std::string_view line);
  // A test that ended while others are open: theirs, if they end.
  void inside(TestResult result) { open_.back().inner.push_back(std::move(result)); }
  // Ends the one of that name, with everything that began after it; what it said.
  std::string end(std::string_view name);
  // Those that never ended, each with its inner results before it; none is open any more.
  std::vector<TestResult> cut_off();

 private:
  struct Open {
    std::string name;
    std::string said;
    std::vector<TestResult> inner;
  };
  std::vector<Open> open_;
};

}  // namespace testfarm
