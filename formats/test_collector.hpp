// Test results as they are read, one a name.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

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

// A line more of what a test says, as far as there is room: 2,000 bytes or a line more.
void append_message(std::string& message, std::string_view line);

}  // namespace testfarm
