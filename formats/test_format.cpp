#include "formats/test_format.hpp"

namespace testfarm {

const std::vector<std::string>& test_format_names() {
  static const std::vector<std::string> names{"none",     "auto",     "tap",  "googletest", "ctest",
                                              "pytest",   "unittest", "go",   "cargo",      "catch2",
                                              "automake", "meson",    "node", "prove"};
  return names;
}

}  // namespace testfarm
