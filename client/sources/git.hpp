// Source of a git repository: what is new and how it came about, in a clone of ours.
#pragma once

#include <memory>

#include "client/sources/clone.hpp"
#include "client/sources/git_access.hpp"

namespace testfarm {

// `definition` outlives it.
std::unique_ptr<Clone> git_source(const RepositoryDefinition& definition, std::unique_ptr<GitAccess> access);

}  // namespace testfarm
