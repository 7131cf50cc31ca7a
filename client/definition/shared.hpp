// That two clients of a file have nothing in common.
#pragma once

#include <string>

#include "client/definition/definition.hpp"

namespace testfarm {

// What two clients would share, and the remedy: a name, a key, a state, a sandbox or a part of one. Empty
// where they share nothing.
std::string what_they_share(const Definition& one, const Definition& other);

}  // namespace testfarm
