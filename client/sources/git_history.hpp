// What a clone tells of its history, read through libgit2.
#pragma once

#include <string>
#include <vector>

#include "client/sources/git_library.hpp"
#include "schema/event.hpp"

namespace testfarm {

// See Source::steps; `tip` is a commit of the clone.
Result<std::vector<std::string>> git_steps(git_repository* repository, const RepositoryDefinition& definition,
                                           const std::string& previous, const git_oid& tip);
// See Source::describe.
Result<Repository> git_description(git_repository* repository, const RepositoryDefinition& definition,
                                   const std::string& previous, const git_oid& revision);

}  // namespace testfarm
