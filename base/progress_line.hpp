// How far a long command is: one line that replaces itself on a terminal, and nothing elsewhere.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <string>

namespace testfarm {

class ProgressLine {
 public:
  ProgressLine() = default;
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { show({}); }
  void show(const std::string& text) const {
    if (terminal_) std::fprintf(stderr, "\r\x1b[K%s", text.c_str());
  }

 private:
  bool terminal_ = isatty(STDERR_FILENO) != 0;
};

}  // namespace testfarm
