// What ctest prints, with or without --output-on-failure.
#pragma once

#include <memory>

#include "formats/test_parser.hpp"

namespace testfarm {

std::unique_ptr<TestParser> ctest_parser();

}  // namespace testfarm
