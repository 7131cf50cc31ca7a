// What a Catch2 program prints. It names what fails; passing tests are only counted.
#pragma once

#include <memory>

#include "formats/test_parser.hpp"

namespace testfarm {

std::unique_ptr<TestParser> catch2_parser();

}  // namespace testfarm
