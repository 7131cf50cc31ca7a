// What node:test's spec reporter prints: "✔ name (1.2ms)".
#pragma once

#include <memory>

#include "formats/test_parser.hpp"

namespace testfarm {

std::unique_ptr<TestParser> node_test_parser();

}  // namespace testfarm
