// Several formats at once, for output of which nobody said what it is.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "formats/test_parser.hpp"

namespace testfarm {

// Takes all formats that are met: a green runner must not hide a red one behind it. What a test prints while
// another format knows it to run is that test's output. Where no format is met for certain, the first with
// any result is taken.
class AutomaticParser final : public TestParser {
 public:
  AutomaticParser();
  void line(std::string_view line, TestCollector& to) override;
  void finish(TestCollector& to) override;
  bool recognised() const override;
  // The names of the formats that were taken; after finish().
  const std::vector<std::string>& taken() const { return taken_; }

 private:
  struct Candidate {
    std::string name;
    std::unique_ptr<TestParser> parser;
    TestCollector found;
  };
  void feed(std::string_view line, const Candidate* but);
  void replay(const Candidate* but);
  std::vector<Candidate> all_;
  const Candidate* owner_ = nullptr;   // the format whose test runs
  std::vector<std::string> withheld_;  // lines that only it has seen
  std::size_t withheld_bytes_ = 0;
  std::vector<std::string> taken_;
};

}  // namespace testfarm
