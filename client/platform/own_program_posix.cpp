#include "client/platform/own_program.hpp"

#include <unistd.h>

namespace testfarm {

bool is_root() { return geteuid() == 0; }

Path own_program() {
  std::error_code failed;
  Path path = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? Path() : path;
}

}  // namespace testfarm
