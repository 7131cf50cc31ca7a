// A working copy on this disk: a cache of a repository elsewhere, which its own program can mend or at least
// judge. What is done with the judgement stands in kept_clone.
#pragma once

#include <string>
#include <vector>

#include "client/definition/definition.hpp"
#include "client/sources/source.hpp"

namespace testfarm {

class Clone : public Source {
 public:
  // What a killed one left is taken away. Nobody else works here. `half_done`: revisions on whose
  // way check-outs were killed, so that no file here is to be trusted; empty for none.
  virtual Status unlock(const std::vector<std::string>& half_done) = 0;
  // Whether something here cannot be read, while the repository can be reached. Slow: reads all of it.
  virtual bool damaged() = 0;
  // The revision that is checked out; empty where there is none or it cannot be read.
  virtual std::string at() = 0;
  // What is not the revision's, in submodules too, by its path from the working copy; of a directory that is
  // so as a whole, the directory. With Clean::untracked without what the repository ignores.
  virtual Result<std::vector<std::string>> strays(Clean what) = 0;
};

}  // namespace testfarm
