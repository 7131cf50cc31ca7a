// What a parser of test results makes of a text.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "formats/automatic.hpp"
#include "formats/text_results.hpp"

namespace testfarm {

using Outcomes = std::map<std::string, TestOutcome>;

// All that is read of it.
inline TestCollector collected(TestFormat format, const std::string& text) {
  TestCollector collector;
  AutomaticParser automatic;
  const auto single = test_parser(format);
  TestParser* parser = single ? single.get() : &automatic;
  for (const auto line : split_lines(text)) parser->line(line, collector);
  parser->finish(collector);
  return collector;
}

inline std::vector<TestResult> parsed(TestFormat format, const std::string& text) {
  return collected(format, text).take();
}

inline Outcomes outcomes(const std::vector<TestResult>& results) {
  Outcomes all;
  for (const auto& result : results) all[result.name] = result.outcome;
  return all;
}

}  // namespace testfarm
