// The submodules of a git clone, as a revision has them.
#pragma once

#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"
#include "client/sources/git_access.hpp"

namespace testfarm {

// Before another revision is checked out: of what that one has no submodule for the files are removed, which
// would stand beside its own. Answers the links to their clones, to be removed afterwards: until then libgit2
// looks for them.
Result<std::vector<Path>> leave_submodules(git_repository* repository, const RepositoryDefinition& definition,
                                           const git_oid& revision);
// After it: each submodule of the tree that .gitmodules has an address for, nested ones too. Entries without
// the other half are passed over, as git does.
Status update_submodules(git_repository* repository, const RepositoryDefinition& definition,
                         GitAccess& access);

// Where those of .gitmodules and of the index belong, from the working copy.
Result<std::vector<std::string>> paths_of_submodules(git_repository* repository,
                                                     const RepositoryDefinition& definition);

}  // namespace testfarm
