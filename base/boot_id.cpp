#include "base/boot_id.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

namespace testfarm {

std::string boot_id() {
  const auto id = read_file("/proc/sys/kernel/random/boot_id", 100);
  return id ? std::string(trim(*id)) : "unknown";
}

}  // namespace testfarm
