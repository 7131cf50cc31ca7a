// Repositories that are asked through commands: Subversion's own, or three of the owner's.
#pragma once

#include <memory>

#include "client/definition/definition.hpp"
#include "client/run/command_runner.hpp"
#include "client/sources/source.hpp"

namespace testfarm {

// `definition`, `owner` and `runner` outlive it.
std::unique_ptr<Source> command_source(const RepositoryDefinition& definition, const Definition& owner,
                                       CommandRunner& runner);

}  // namespace testfarm
