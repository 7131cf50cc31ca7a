// The formats of test results that are read from output.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace testfarm {

// `automatic` takes all that are met.
enum class TestFormat : std::uint8_t {
  none,
  automatic,
  tap,
  googletest,
  ctest,
  pytest,
  unittest,
  go,
  cargo,
  catch2,
  automake,
  meson,
  node,
  prove
};
// As the owner writes them.
const std::vector<std::string>& test_format_names();

}  // namespace testfarm
