// git by libgit2, where there is no git program: no proxy, helper or filter of the user's is known there.
#pragma once

#include <memory>

#include "client/sources/git_access.hpp"

namespace testfarm {

// `definition` outlives it.
std::unique_ptr<GitAccess> git_by_library(const RepositoryDefinition& definition);

}  // namespace testfarm
