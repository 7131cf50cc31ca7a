#include "client/platform/own_program.hpp"

namespace testfarm {

Path own_program() {
  std::error_code failed;
  Path path = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? Path() : path;
}

}  // namespace testfarm
