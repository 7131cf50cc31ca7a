// What a build may have written into a clone that makes git check out other files than those of the
// revision. Settings of the user's own configuration are none of it, and go on to count.
#pragma once

#include <string>

#include "base/result.hpp"
#include "client/sources/git_library.hpp"

namespace testfarm {

// The first one, in the words of git (core.autocrlf, skip-worktree); empty for none. Clones of submodules
// are looked at, too.
std::string git_alteration(const RepositoryDefinition& definition);

// Takes all of them away. What was checked out under them is not to be trusted (distrust_files).
Status undo_git_alterations(const RepositoryDefinition& definition);

}  // namespace testfarm
