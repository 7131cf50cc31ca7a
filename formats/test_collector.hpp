// Test results as they are read, one a name, and what a report promised and did not keep.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "schema/event.hpp"

namespace testfarm {

class TestCollector {
 public:
  // A test. Where its name came before it is another test of that name, and gets a number: "name (2)".
  void add(TestResult result);
  // More about the test of that name, if there is one: the worst of the outcomes, all messages.
  void merge(TestResult result);
  // One more try of the test of that name: this one counts, and a pass after a failure is flaky.
  void retry(TestResult result);
  // So many tests ran that have no names here: a quiet run names its failures only.
  void ran(std::uint64_t tests) { unnamed_ += tests; }
  // The report does not say what it said it would; in one sentence, without a full stop.
  void broken(std::string sentence);
  // All of another one: of another program, so tests of the same name are others.
  void add_all(TestCollector other);
  // All of another one: of the same run, so tests of the same name are the same.
  void merge_all(TestCollector other);

  bool knows(std::string_view name) const;
  // Whether anything ran.
  bool empty() const { return results_.empty() && unnamed_ == 0; }
  std::uint64_t bad() const;  // failed or error
  std::uint64_t unnamed() const { return unnamed_; }
  const std::vector<TestResult>& results() const { return results_; }
  const std::vector<std::string>& broken_promises() const { return broken_; }
  std::vector<TestResult> take() { return std::move(results_); }

 private:
  TestResult* find(std::string_view name);
  std::vector<TestResult> results_;
  std::map<std::string, std::size_t, std::less<>> places_;
  std::map<std::string, std::uint64_t, std::less<>> times_;  // how often a name was added
  std::vector<std::string> broken_;
  std::uint64_t unnamed_ = 0;
};

// A name as it may be told, the same at each run: valid UTF-8 without addresses of objects, control
// characters, blanks at its ends or a length above limits::name. What is cut ends with a digest of the whole,
// so that two that begin alike stay two.
std::string test_name(std::string_view name);

bool is_bad(TestOutcome outcome);

// A line more of what a test says, as far as there is room: 2,000 bytes or a line more.
void append_message(std::string& message, std::string_view line);

}  // namespace testfarm
