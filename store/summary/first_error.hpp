// The line of a command's output that says what went wrong, found while the output passes by. Rules of thumb
// for gcc, clang, MSVC, ld, CMake, make, CTest, Boost.Test, GoogleTest, pytest, Node, rustc, git and shells;
// where none holds, the first line that announces a failure, else the last that says anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace testfarm {

// How much a line tells of a failure; more takes the place of less.
enum class ErrorRank : std::uint8_t {
  nothing,
  remark,     // any line; the last one counts
  announced,  // says that something failed, not what; the first counts
  said,       // says what; the first counts
};
ErrorRank rank_of(std::string_view plain_line);

// What is known so far: bounded, so that it can be stored between two pieces of output.
struct ErrorWatch {
  std::string partial;      // of a line whose end did not come yet
  std::uint64_t lines = 0;  // that have ended
  std::string line;         // the one that tells most, as text
  std::uint64_t at = 0;     // its number, from 1; 0 behind a gap, where lines cannot be counted
  ErrorRank rank = ErrorRank::nothing;
  bool heading = false;  // the line only begins to say it: what belongs to it comes next
  bool gap = false;      // output was left out
};

// The next piece of output, before which `omitted` bytes were left out.
void watch(ErrorWatch& watch, std::uint64_t omitted, std::string_view text);
// There is no more: a last line without an end is one.
void end_watch(ErrorWatch& watch);

}  // namespace testfarm
