// JUnit XML, in the dialects of CTest, GoogleTest, pytest, Boost, Maven and others.
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"
#include "formats/test_collector.hpp"

namespace testfarm {

// The cases of one file. bad_input where it is none.
Status read_junit(const Path& file, TestCollector& to);

}  // namespace testfarm
