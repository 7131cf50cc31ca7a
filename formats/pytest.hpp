// What pytest prints: its lines under -v, and its short summary.
#pragma once

#include <memory>

#include "formats/test_parser.hpp"

namespace testfarm {

std::unique_ptr<TestParser> pytest_parser();

}  // namespace testfarm
