// What perl's prove prints of several test files.
#pragma once

#include <memory>

#include "formats/test_parser.hpp"

namespace testfarm {

std::unique_ptr<TestParser> prove_parser();

}  // namespace testfarm
