// What Python's unittest prints, with and without -v.
#pragma once

#include <memory>

#include "formats/test_parser.hpp"

namespace testfarm {

std::unique_ptr<TestParser> unittest_parser();

}  // namespace testfarm
