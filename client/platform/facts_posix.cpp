#include <stdlib.h>
#include <sys/utsname.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "client/platform/facts.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

// os-release(5)
std::string distribution() {
  // Mostly /etc has a link to /usr/lib, and our files are opened without following links.
  auto text = read_file("/usr/lib/os-release", 1 << 16);
  if (!text) text = read_file("/etc/os-release", 1 << 16);
  if (!text) return {};
  constexpr std::string_view key = "PRETTY_NAME=";
  for (std::string_view line : split_lines(*text)) {
    if (!line.starts_with(key)) continue;
    line.remove_prefix(key.size());
    if (line.size() >= 2 && (line.front() == '"' || line.front() == '\''))
      line = line.substr(1, line.size() - 2);
    return repaired_utf8(utf8_prefix(line, limits::name));
  }
  return {};
}

}  // namespace

Facts machine_facts() {
  Facts facts;
  utsname names{};
  if (uname(&names) == 0) {
    facts["architecture"] = static_cast<const char*>(names.machine);
    facts["system"] =
        concat(static_cast<const char*>(names.sysname), ' ', static_cast<const char*>(names.release));
  }
  if (std::string name = distribution(); !name.empty()) facts["system"] = std::move(name);
  return facts;
}

std::vector<std::string> platform_names() {
  std::vector<std::string> all{distribution()};
  utsname names{};
  if (uname(&names) == 0) all.insert(all.end(), {names.sysname, names.machine});
  return all;
}

double load_average() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : 0;
}

}  // namespace testfarm
