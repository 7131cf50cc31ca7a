// Removing what builds leave behind.
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

// All below it and itself; links are removed, not followed. Directories that a build made read-only (Go's
// module cache) are no obstacle. Nothing there is fine.
Status remove_tree(const Path& what);

// It and all directories below it are writable for their owner, as far as that can be, and so are the files
// that stand nowhere else (git's own objects may be hard links to another repository's).
void make_writable(const Path& directory);

}  // namespace testfarm
