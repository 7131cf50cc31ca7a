#include "bench/figures.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/json.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

std::string proc(pid_t id, const char* name) {
  return read_file(concat("/proc/", id, '/', name), 1 << 20).value_or("");
}

// The number behind a label of a /proc file.
double number_after(const std::string& text, const std::string& label) {
  const auto at = text.find(label);
  if (at == std::string::npos) return 0;
  std::string_view rest = std::string_view(text).substr(at + label.size());
  rest = rest.substr(std::min(rest.find_first_not_of(" \t"), rest.size()));
  return to_double(rest.substr(0, rest.find_first_not_of("0123456789"))).value_or(0);
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::vector<pid_t> processes_of(const Path& program) {
  std::vector<pid_t> ids;
  const auto names = list_directory("/proc");
  if (!names) return ids;
  for (const auto& name : *names) {
    const auto id = to_signed(name);
    if (!id) continue;
    const std::string line = read_file(concat("/proc/", name, "/cmdline"), 1 << 20).value_or("");
    if (line.starts_with(program.string() + '\0')) ids.push_back(static_cast<pid_t>(*id));
  }
  return ids;
}

double cpu_seconds(const std::vector<pid_t>& ids) {
  double sum = 0;
  for (const pid_t id : ids) sum += number_after(proc(id, "schedstat"), "") / 1e9;
  return sum;
}

double resident_mib(pid_t id) { return number_after(proc(id, "status"), "VmRSS:") / 1024; }

std::uint64_t bytes_read(pid_t id) {
  return static_cast<std::uint64_t>(number_after(proc(id, "io"), "rchar:"));
}

std::string short_number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, std::abs(value) >= 100 ? "%.0f" : "%.3g", value);
  return text;
}

std::string FigureLine::json() const {
  std::string line = "{";
  for (const auto& [name, value] : figures_)
    line += concat(line.size() > 1 ? "," : "", '"', name, "\":", short_number(value));
  return line + '}';
}

}  // namespace testfarm
