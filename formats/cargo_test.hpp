// What `cargo test` prints, of every binary that it runs.
#pragma once

#include <memory>

#include "formats/test_parser.hpp"

namespace testfarm {

std::unique_ptr<TestParser> cargo_test_parser();

}  // namespace testfarm
