// Git repositories: clone, fetch, compare, check out. The only file that knows libgit2 is repository.cpp.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "client/definition.hpp"
#include "schema/event.hpp"

namespace testfarm {

// Brings the clone of a repository up to date (making it where it is missing) and answers the tip of its
// branch. unavailable where the repository cannot be reached or has no such branch.
Result<std::string> fetch_tip(const RepositoryDefinition& repository);

// What an execution says of a repository at `revision`, the last execution having tested `previous` (empty
// for none): the changes between, newest first, at most limits::changes.
Result<Repository> describe_revision(const RepositoryDefinition& repository, const std::string& previous,
                                     const std::string& revision);

// The tree of exactly that revision; local changes of tracked files are thrown away, other files stay.
Status check_out(const RepositoryDefinition& repository, const std::string& revision);

}  // namespace testfarm
