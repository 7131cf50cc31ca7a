// A program run to its end, and what it used.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.hpp"

namespace testfarm {

struct Used {
  double seconds = 0;
  double cpu_seconds = 0;
  double rss_mib = 0;  // at most
};

// Its output goes to /dev/null. internal where it does not end with 0.
Result<Used> run_child(const std::vector<std::string>& command);
// Without waiting.
Result<pid_t> start_child(const std::vector<std::string>& command);
void end_child(pid_t id);

}  // namespace testfarm
