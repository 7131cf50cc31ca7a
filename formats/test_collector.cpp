#include "formats/test_collector.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_results = 100'000;
constexpr std::size_t most_message = 2000;

int badness(TestOutcome outcome) {
  switch (outcome) {
    case TestOutcome::passed: return 0;
    case TestOutcome::skipped: return 1;
    case TestOutcome::failed: return 2;
    case TestOutcome::error: return 3;
  }
  return 0;
}

}  // namespace

void append_message(std::string& message, std::string_view line) {
  if (message.size() >= most_message) return;
  if (!message.empty()) message += '\n';
  message += line;
}

void TestCollector::add(TestResult result) {
  std::string name = repaired_utf8(result.name);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
      ' ');
  result.name = std::string(utf8_prefix(name, limits::name));
  result.message = std::string(utf8_prefix(repaired_utf8(result.message), most_message));
  if (result.name.empty()) return;
  const auto known = places_.find(result.name);
  if (known == places_.end()) {
    if (results_.size() >= most_results) return;
    places_.emplace(result.name, results_.size());
    results_.push_back(std::move(result));
    return;
  }
  TestResult& there = results_[known->second];
  if (badness(result.outcome) > badness(there.outcome)) there.outcome = result.outcome;
  there.seconds = std::max(there.seconds, result.seconds);
  if (!result.message.empty() && there.message.find(result.message) == std::string::npos)
    append_message(there.message, result.message);
}

void TestCollector::replace(TestResult result) {
  const auto known = places_.find(result.name);
  if (known == places_.end()) return add(std::move(result));
  TestResult& there = results_[known->second];
  there.outcome = result.outcome;
  there.seconds = result.seconds;
  there.message = std::string(utf8_prefix(repaired_utf8(result.message), most_message));
}

}  // namespace testfarm
