// git, through libgit2.
#pragma once

#include <memory>

#include "client/definition/definition.hpp"
#include "client/sources/source.hpp"

namespace testfarm {

// `definition` outlives it.
std::unique_ptr<Source> git_source(const RepositoryDefinition& definition);

}  // namespace testfarm
