#include "store/summary/first_error.hpp"

#include <algorithm>
#include <initializer_list>

#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_of_line = 2000;  // looked at
constexpr std::size_t most_kept = 400;

bool has_any(std::string_view line, std::initializer_list<std::string_view> marks) {
  return std::any_of(marks.begin(), marks.end(),
                     [&](std::string_view mark) { return line.find(mark) != std::string_view::npos; });
}

// "error C2065:", "fatal error LNK1120:", "error TS2304:": a code between the word and the colon.
bool has_error_code(std::string_view line) {
  const auto at = line.find("error ");
  if (at == std::string_view::npos) return false;
  const std::string_view code = line.substr(at + 6, line.find(':', at) - at - 6);
  const auto letters = code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  return letters != 0 && letters != std::string_view::npos && code.size() <= 10 &&
         code.find_first_not_of("0123456789", letters) == std::string_view::npos &&
         line.size() > at + 6 + code.size();
}

bool says_error(std::string_view line) {
  if (line.starts_with("E   ") || line.starts_with("not ok ")) return true;  // pytest, TAP
  if (line.find("rror") != std::string_view::npos || line.find("ERROR") != std::string_view::npos)
    if (has_any(line, {"error:", "Error:", "ERROR:", "error[", "Error [", "CMake Error"}) ||
        has_error_code(line))
      return true;
  return has_any(line, {"undefined reference to", "multiple definition of", "cannot find -l",
                        "fatal:", "Assertion ", "Traceback (most recent call last)", "panicked at", "panic: ",
                        ": Failure", "command not found", ": not found", "No such file or directory",
                        "Permission denied", "Segmentation fault", "*** No rule to make target"});
}

bool announces_failure(std::string_view line) {
  return has_any(line, {"FAILED", "Failed", "failed", "*** [", "Killed", "Aborted"});
}

bool is_traceback(std::string_view line) {
  return line.find("Traceback (most recent call last)") != std::string_view::npos;
}

// Says where, and what on the next line.
bool is_heading(std::string_view line) {
  return is_traceback(line) || line.ends_with(": Failure") || line.ends_with("The following tests FAILED:") ||
         (line.ends_with(':') && has_any(line, {"CMake Error", "panicked at"}));
}

void keep(ErrorWatch& watch, std::string_view line) {
  watch.line = utf8_prefix(line, most_kept);
  watch.at = watch.gap ? 0 : watch.lines;
}

// A traceback's error is the first line that is not indented; a heading's is joined to it.
void take_under_heading(ErrorWatch& watch, std::string_view line) {
  if (is_traceback(watch.line)) {
    if (line.empty() || line.front() == ' ' || line.front() == '\t') return;
    keep(watch, line);
  } else {
    const std::string_view words = trim(line);
    if (words.empty()) return;
    watch.line = utf8_prefix(concat(watch.line, ' ', words), most_kept);
  }
  watch.heading = false;
}

void take_line(ErrorWatch& watch, std::string_view line) {
  ++watch.lines;
  if (watch.rank == ErrorRank::said && !watch.heading) return;
  line = line.substr(0, most_of_line);
  std::string plain;
  if (!is_plain(line)) {
    plain = plain_line(line);
    line = plain;
  }
  if (watch.heading) return take_under_heading(watch, line);
  const ErrorRank rank = rank_of(line);
  if (rank < watch.rank || (rank == watch.rank && rank != ErrorRank::remark)) return;
  if (rank == ErrorRank::nothing) return;
  keep(watch, line);
  watch.rank = rank;
  watch.heading = is_heading(trim(line));
}

}  // namespace

ErrorRank rank_of(std::string_view plain_line) {
  if (says_error(plain_line)) return ErrorRank::said;
  if (announces_failure(plain_line)) return ErrorRank::announced;
  return trim(plain_line).empty() ? ErrorRank::nothing : ErrorRank::remark;
}

void watch(ErrorWatch& watch, std::uint64_t omitted, std::string_view text) {
  if (omitted > 0) {
    if (!watch.partial.empty()) take_line(watch, watch.partial);
    watch.partial.clear();
    watch.gap = true;
  }
  for (;;) {
    const auto end = text.find('\n');
    const std::string_view piece = text.substr(0, end);
    if (watch.partial.size() < most_of_line)
      watch.partial += utf8_prefix(piece, most_of_line - watch.partial.size());
    if (end == std::string_view::npos) return;
    take_line(watch, watch.partial);
    watch.partial.clear();
    text.remove_prefix(end + 1);
  }
}

void end_watch(ErrorWatch& watch) {
  if (!watch.partial.empty()) take_line(watch, watch.partial);
  watch.partial.clear();
  watch.heading = false;
}

}  // namespace testfarm
