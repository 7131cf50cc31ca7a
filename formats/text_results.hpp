// Test results out of what test programs print: the parser for a format.
#pragma once

#include <memory>

#include "formats/test_format.hpp"
#include "formats/test_parser.hpp"

namespace testfarm {

// For one format; null for none and automatic (formats/automatic.hpp).
std::unique_ptr<TestParser> test_parser(TestFormat format);

}  // namespace testfarm
