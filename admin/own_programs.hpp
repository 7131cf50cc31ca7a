// Where the programs of this version are.
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

// The endpoint: beside this program in the kit and in a build, below lib where a package put it. not_found
// with both places.
Result<Path> own_endpoint();
// The generator, beside this program; its name alone where this system does not tell.
std::string own_generator();

}  // namespace testfarm
