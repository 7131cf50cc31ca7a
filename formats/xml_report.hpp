// What all report files of one run hold.
#pragma once

#include <string>
#include <vector>

#include "base/file.hpp"
#include "formats/test_collector.hpp"

namespace testfarm {

// A name that several suites have is told apart by its suite, wherever they
// stand.
class XmlReport {
 public:
  // Files without a test, in the order in which they were read.
  const std::vector<std::string>& empty_files() const { return empty_files_; }
  TestCollector take();

  // For the readers of single formats, between the beginning of a file and its end.
  void begin(const Path& file);
  void end(const Path& file);
  void add(std::string suite, TestResult result);
  // As add(), for one that may come twice: pytest tells a broken teardown beside the test.
  void add_again(std::string suite, TestResult result);
  // So many tests that have no names.
  void ran(std::uint64_t tests) { collector_.ran(tests); }
  void broken(std::string sentence) { collector_.broken(std::move(sentence)); }
  const std::string& file() const { return file_; }

 private:
  void drop_containers();
  struct Case {
    std::string suite;
    TestResult result;
  };
  std::vector<Case> cases_;
  std::vector<std::string> empty_files_;
  TestCollector collector_;
  std::string file_;        // that is read now, as it is told
  std::size_t before_ = 0;  // cases of the files before it
};

// A message of several texts, each once: what stands in another one is left out.
std::string joined_message(const std::vector<std::string>& texts);

}  // namespace testfarm
