// What `make check` prints with automake's test harness.
#pragma once

#include <memory>

#include "formats/test_parser.hpp"

namespace testfarm {

std::unique_ptr<TestParser> automake_parser();

}  // namespace testfarm
