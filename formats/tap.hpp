// TAP, the Test Anything Protocol (testanything.org), as programs print it.
#pragma once

#include <memory>

#include "formats/test_parser.hpp"

namespace testfarm {

std::unique_ptr<TestParser> tap_parser();

}  // namespace testfarm
