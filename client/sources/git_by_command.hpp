// git by the git program, which heeds what its user has set up. What a repository would like to run does not
// run.
#pragma once

#include <memory>

#include "client/run/command_runner.hpp"
#include "client/sources/git_access.hpp"

namespace testfarm {

// All three outlive it.
std::unique_ptr<GitAccess> git_by_command(const RepositoryDefinition& definition, const Definition& owner,
                                          CommandRunner& runner);

}  // namespace testfarm
