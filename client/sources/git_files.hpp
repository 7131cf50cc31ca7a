// The files of a git working copy that are not the revision's.
#pragma once

#include <string>
#include <vector>

#include "client/sources/git_library.hpp"

namespace testfarm {

// See Clone::strays.
Result<std::vector<std::string>> git_strays(const RepositoryDefinition& definition, Clean what);

// Addresses of submodules like ../other.git are told from where this one came.
Status note_origin(git_repository* repository, const RepositoryDefinition& definition);

}  // namespace testfarm
