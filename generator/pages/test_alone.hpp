// How one test is run alone, by the option that its runner has for that.
#pragma once

#include <string>

#include "store/log/execution_document.hpp"

namespace testfarm {

// "ctest -R '^net/timeout$'" for the first test that failed in the command; empty where none did, or where
// the runner is none of CTest (-R), pytest (a node's id) and GoogleTest (--gtest_filter). One line, as a
// shell takes it.
std::string test_alone(const DocumentCommand& command);

}  // namespace testfarm
