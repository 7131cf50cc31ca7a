// What a failed output says that the last passed one did not. Lines are compared without what differs from
// run to run (store/summary/fingerprint.hpp): numbers, times, addresses and directories make nothing new.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace testfarm {

constexpr std::size_t most_new_lines = 40;           // told
constexpr std::size_t most_new_line_bytes = 500;     // of one that is told
constexpr std::size_t most_lines_compared = 20'000;  // of either output, from its beginning

struct NewLines {
  std::vector<std::string> lines;  // in their order, each once, without control sequences
  std::size_t before = 0;    // new ones left out before these; they begin shortly before the first error
  std::size_t after = 0;     // and after them
  bool all_compared = true;  // false where one of the outputs has more lines than are compared, or a gap
};

// Takes the old output, then the new one, either in pieces.
class LineComparison {
 public:
  void known(std::string_view output);
  void said(std::string_view output);
  // Bytes of one of the two were left out by its client.
  void gap() { all_compared_ = false; }
  NewLines found() const;

 private:
  std::unordered_set<std::string> seen_;  // normalised
  std::size_t known_lines_ = 0, said_lines_ = 0;
  std::vector<std::string> found_;
  bool all_compared_ = true;
};

}  // namespace testfarm
