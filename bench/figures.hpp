// Figures of processes of this machine, and medians of them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/file.hpp"

namespace testfarm {

double median(std::vector<double> values);

// Processes whose command line begins with that program.
std::vector<pid_t> processes_of(const Path& program);
// Seconds of CPU of each, by /proc/PID/schedstat (nanoseconds that it ran).
double cpu_seconds(const std::vector<pid_t>& ids);
// VmRSS, MiB.
double resident_mib(pid_t id);
// Bytes that it has read by system calls so far (/proc/PID/io, rchar).
std::uint64_t bytes_read(pid_t id);

// One line of JSON, figures in the order in which they were set.
class FigureLine {
 public:
  void set(const std::string& name, double value) { figures_.emplace_back(name, value); }
  std::string json() const;

 private:
  std::vector<std::pair<std::string, double>> figures_;
};

// "0.8312" with as many digits as a reader needs.
std::string short_number(double value);

}  // namespace testfarm
