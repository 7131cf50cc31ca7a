// A repository that is asked through three commands of its owner.
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
