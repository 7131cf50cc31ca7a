// Which working copies a client made itself: only those it may ever clean or make anew. Kept in STATE/clones,
// outside of them: what a directory looks like proves nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

struct CloneMark {
  std::uint64_t device = 0;  // of the directory, which may have been replaced since by another one
  std::uint64_t inode = 0;
  bool made = false;   // by us; else a version without marks worked in it: it is used, never made anew
  bool named = false;  // of one that was not made: its owner was told what cleaning removes
  std::vector<std::string> half_done;  // revisions that were on their way when it was killed
  std::uint64_t check_outs = 0;        // of other revisions, since it was made
  std::uint64_t anew = 0;              // how often it was made anew since a check-out succeeded
  Millis anew_at = 0;                  // the last time, wall clock
};

// Nothing where there is none.
Result<std::optional<CloneMark>> read_mark(const Path& marks_directory, const Path& clone);
// Where a version without marks has worked (there is a memory and there are none), which of these
// directories it left. `state_directory`: its memory, which may be a trial's. To be called before any of them
// is looked at.
Status mark_older_clones(const Path& marks_directory, const Path& state_directory,
                         const std::vector<Path>& clones);
Status write_mark(const Path& marks_directory, const Path& clone, const CloneMark& mark, Sync sync);

}  // namespace testfarm
