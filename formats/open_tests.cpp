#include "formats/open_tests.hpp"

#include <algorithm>

#include "formats/test_collector.hpp"

namespace testfarm {

bool OpenTests::has(std::string_view name) const {
  return std::any_of(open_.begin(), open_.end(), [&](const Open& open) { return open.name == name; });
}

void OpenTests::said(std::string_view line) {
  if (!open_.empty()) append_message(open_.back().said, line);
}

std::string OpenTests::end(std::string_view name) {
  std::string said;
  while (!open_.empty()) {
    Open last = std::move(open_.back());
    open_.pop_back();
    said = std::move(last.said);
    if (last.name == name) break;
  }
  return said;
}

std::vector<TestResult> OpenTests::cut_off() {
  std::vector<TestResult> all;
  for (Open& open : open_) {
    all.push_back(
        {.name = std::move(open.name), .outcome = TestOutcome::error, .message = std::move(open.said)});
    for (TestResult& inner : open.inner) all.push_back(std::move(inner));
  }
  open_.clear();
  return all;
}

}  // namespace testfarm
