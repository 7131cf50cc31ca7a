// Test results out of what test programs print: the parser for a format.
#pragma once

#include <memory>

#include "formats/test_format.hpp"
#include "formats/test_parser.hpp"

namespace testfarm {

// TestFormat::automatic takes the first format that has a result.
std::unique_ptr<TestParser> test_parser(TestFormat format);

}  // namespace testfarm
