// A power failure, as hard as the rules of POSIX allow: of files only what was synced is left, of directories
// only the names that stood there at their last sync. What is durable is kept beside the farm on the disk, so
// that a process that was stopped has its share in it. Only in builds with steps (base/step.hpp).
#pragma once

#ifdef TESTFARM_STEPS

#include <set>
#include <string>

#include "support/basics.hpp"

namespace testfarm {

class PowerCut {
 public:
  // From here on; what is below `root` now counts as durable.
  explicit PowerCut(const Path& root);
  PowerCut(const PowerCut&) = delete;
  PowerCut& operator=(const PowerCut&) = delete;
  ~PowerCut();
  // The power is gone. Names in `survivors` stand, or are gone, as they were a moment ago: the disk had
  // written that much by itself. Directories in `untouched` (relative to root) stay as they are.
  void strike(const std::set<std::string>& survivors = {},
              const std::set<std::string>& untouched = {"index"});
};

}  // namespace testfarm

#endif
