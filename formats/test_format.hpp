// The formats of test results that are read from output.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace testfarm {

// `automatic` takes the first that is met.
enum class TestFormat : std::uint8_t { none, automatic, tap, googletest, ctest, pytest };
const std::vector<std::string>& test_format_names();

}  // namespace testfarm
