#include "formats/test_collector.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_results = 100'000;
constexpr std::size_t most_broken = 20;
constexpr std::size_t most_message = 2000;
constexpr std::size_t digest_digits = 8;

int badness(TestOutcome outcome) {
  switch (outcome) {
    case TestOutcome::skipped: return 0;
    case TestOutcome::passed: return 1;
    case TestOutcome::failed: return 2;
    case TestOutcome::error: return 3;
  }
  return 0;
}

std::string fitting_message(std::string_view message) {
  return std::string(utf8_prefix(repaired_utf8(message), most_message));
}

void add_message(std::string& to, const std::string& message) {
  if (!message.empty() && to.find(message) == std::string::npos) append_message(to, message);
}

}  // namespace

namespace {

// Whether an "@" behind this stands for an object's address: a class has a capital or its package.
bool ends_with_class(std::string_view text) {
  const auto begin = text.find_last_of(" ,()<>{}'\"|=:/");
  const std::string_view word = begin == std::string_view::npos ? text : text.substr(begin + 1);
  return !word.empty() &&
         (word.find('.') != std::string_view::npos || word.front() == '[' ||
          std::any_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
}

// Which object it was this time: Java's "User@1b28cdfa", Python's "<User object at 0x7f2c…>".
std::string without_addresses(std::string name) {
  if (name.find('@') == std::string::npos && name.find(" at 0x") == std::string::npos) return name;
  static const Regex java = *Regex::compile(R"((@[0-9a-f]{6,8})(?:[\s,;:()\[\]{}"'|<>]|$))");
  static const Regex python = *Regex::compile("( at 0x[0-9a-fA-F]{6,16})");
  for (const Regex* address : {&java, &python})
    for (std::size_t from = 0; from < name.size();) {
      const auto found = address->capture(std::string_view(name).substr(from));
      if (!found) break;
      from = static_cast<std::size_t>(found->data() - name.data());
      if (address == &python || ends_with_class(std::string_view(name).substr(0, from)))
        name.erase(from, found->size());
      else
        from += found->size();
    }
  return name;
}

}  // namespace

std::string test_name(std::string_view raw) {
  std::string name = without_addresses(repaired_utf8(raw));
  std::replace_if(
      name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
      ' ');
  name = std::string(trim(name));
  if (name.size() <= limits::name) return name;
  const std::string digest = concat("…", to_hex(sha256(name)).substr(0, digest_digits));
  return concat(utf8_prefix(name, limits::name - digest.size()), digest);
}

bool is_bad(TestOutcome outcome) { return outcome == TestOutcome::failed || outcome == TestOutcome::error; }

void append_message(std::string& message, std::string_view line) {
  if (message.size() >= most_message) return;
  if (!message.empty()) message += '\n';
  message += line;
}

TestResult* TestCollector::find(std::string_view name) {
  const auto known = places_.find(name);
  return known == places_.end() ? nullptr : &results_[known->second];
}

bool TestCollector::knows(std::string_view name) const { return places_.contains(test_name(name)); }

std::uint64_t TestCollector::bad() const {
  return static_cast<std::uint64_t>(std::count_if(
      results_.begin(), results_.end(), [](const TestResult& result) { return is_bad(result.outcome); }));
}

void TestCollector::add(TestResult result) {
  const std::string name = test_name(result.name);
  if (name.empty()) return;
  std::uint64_t& times = times_[name];
  result.name = ++times == 1 ? name : test_name(concat(name, " (", times, ")"));
  // A test may be called as the second of another name would be.
  while (places_.contains(result.name)) result.name = test_name(concat(name, " (", ++times, ")"));
  if (results_.size() >= most_results)
    return broken(concat("it has more than ", most_results, " tests, of which the rest was not read"));
  result.message = fitting_message(result.message);
  places_.emplace(result.name, results_.size());
  results_.push_back(std::move(result));
}

void TestCollector::merge(TestResult result) {
  TestResult* there = find(test_name(result.name));
  if (there == nullptr) return add(std::move(result));
  there->flaky = there->flaky || result.flaky;
  if (badness(result.outcome) > badness(there->outcome)) there->outcome = result.outcome;
  there->seconds = std::max(there->seconds, result.seconds);
  add_message(there->message, fitting_message(result.message));
}

void TestCollector::retry(TestResult result) {
  TestResult* there = find(test_name(result.name));
  if (there == nullptr) return add(std::move(result));
  const bool failed_before = is_bad(there->outcome) || there->flaky;
  there->outcome = result.outcome;
  there->flaky = result.outcome == TestOutcome::passed && failed_before;
  there->seconds = result.seconds;
  // What made it fail before is what somebody wants to read of a flaky one.
  if (there->flaky)
    add_message(there->message, fitting_message(result.message));
  else
    there->message = fitting_message(result.message);
}

void TestCollector::broken(std::string sentence) {
  if (broken_.size() < most_broken && std::find(broken_.begin(), broken_.end(), sentence) == broken_.end())
    broken_.push_back(std::move(sentence));
}

void TestCollector::add_all(TestCollector other) {
  for (TestResult& result : other.results_) add(std::move(result));
  for (std::string& sentence : other.broken_) broken(std::move(sentence));
  unnamed_ += other.unnamed_;
}

void TestCollector::merge_all(TestCollector other) {
  for (TestResult& result : other.results_) merge(std::move(result));
  for (std::string& sentence : other.broken_) broken(std::move(sentence));
  unnamed_ = std::max(unnamed_, other.unnamed_);
}

}  // namespace testfarm
