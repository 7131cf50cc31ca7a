// Removing what builds leave behind.
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

// All below it and itself; links are removed, not followed. Directories that a build made read-only (Go's
// module cache) are no obstacle. Nothing there is fine.
Status remove_tree(const Path& what);

}  // namespace testfarm
