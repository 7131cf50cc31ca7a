// What `go test` prints: plain, -v, or -json (test2json).
#pragma once

#include <memory>

#include "formats/test_parser.hpp"

namespace testfarm {

std::unique_ptr<TestParser> go_test_parser();

}  // namespace testfarm
