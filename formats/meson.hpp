// What `meson test` prints.
#pragma once

#include <memory>

#include "formats/test_parser.hpp"

namespace testfarm {

std::unique_ptr<TestParser> meson_parser();

}  // namespace testfarm
