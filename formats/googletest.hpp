// What a GoogleTest program prints: "[       OK ] Suite.Name (3 ms)".
#pragma once

#include <memory>

#include "formats/test_parser.hpp"

namespace testfarm {

std::unique_ptr<TestParser> googletest_parser();

}  // namespace testfarm
