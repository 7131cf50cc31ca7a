// From a testfarm.toml to the definitions of its clients.
#pragma once

#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"
#include "client/definition/definition.hpp"

namespace testfarm {

// All clients of one file: one, or one for each [[variant]]. testfarm.local.toml beside it is laid over it.
// bad_input with all mistakes, one a line with file, line and column.
Result<std::vector<Definition>> read_definitions(const Path& file);

}  // namespace testfarm
