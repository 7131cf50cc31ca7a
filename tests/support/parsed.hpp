// What a parser of test results makes of a text.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "formats/text_results.hpp"

namespace testfarm {

using Outcomes = std::map<std::string, TestOutcome>;

inline std::vector<TestResult> parsed(TestFormat format, const std::string& text) {
  TestCollector collector;
  const auto parser = test_parser(format);
  for (const auto line : split_lines(text)) parser->line(line, collector);
  parser->finish(collector);
  return collector.take();
}

inline Outcomes outcomes(const std::vector<TestResult>& results) {
  Outcomes all;
  for (const auto& result : results) all[result.name] = result.outcome;
  return all;
}

}  // namespace testfarm
