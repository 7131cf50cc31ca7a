#include "formats/xml_report.hpp"

#include <map>
#include <set>

#include "base/text.hpp"

namespace testfarm {
std::string joined_message(const std::vector<std::string>& texts) {
  std::string message;
  for (const std::string& text : texts) {
    if (text.empty() || message.find(text) != std::string::npos) continue;
    // A long text often begins with the short one.
    if (!message.empty() && text.starts_with(message))
      message = text;
    else
      message += concat(message.empty() ? "" : "\n", text);
  }
  return message;
}

void XmlReport::begin(const Path& file) {
  file_ = file.filename().string();
  before_ = cases_.size();
}

void XmlReport::end(const Path& file) {
  if (cases_.size() == before_) empty_files_.push_back(file.string());
}

void XmlReport::add(std::string suite, TestResult result) {
  cases_.push_back({std::move(suite), std::move(result)});
}

void XmlReport::add_again(std::string suite, TestResult result) {
  if (!cases_.empty() && cases_.back().suite == suite && cases_.back().result.name == result.name) {
    TestResult& there = cases_.back().result;
    if (is_bad(result.outcome)) there.outcome = result.outcome;
    there.message = joined_message({there.message, result.message});
    return;
  }
  add(std::move(suite), std::move(result));
}

// A test with subtests (Go's) that fails because one of them does says nothing of its own.
void XmlReport::drop_containers() {
  std::set<std::string> bad;
  for (const Case& one : cases_)
    if (is_bad(one.result.outcome)) bad.insert(one.result.name);
  std::erase_if(cases_, [&](const Case& one) {
    const auto below = bad.upper_bound(one.result.name + '/');
    return is_bad(one.result.outcome) && one.result.name.find('/') != std::string::npos &&
           below != bad.end() && below->starts_with(one.result.name + '/');
  });
}

TestCollector XmlReport::take() {
  drop_containers();
  std::map<std::string, std::set<std::string>> suites;
  for (const Case& one : cases_) suites[one.result.name].insert(one.suite);
  for (Case& one : cases_) {
    if (suites[one.result.name].size() > 1 && !one.suite.empty() && !one.result.name.starts_with(one.suite))
      one.result.name = concat(one.suite, '/', one.result.name);
    collector_.add(std::move(one.result));
  }
  cases_.clear();
  return std::move(collector_);
}

}  // namespace testfarm
