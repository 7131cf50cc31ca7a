// Source of a Subversion repository, by the svn program.
#pragma once

#include <memory>

#include "client/run/command_runner.hpp"
#include "client/sources/clone.hpp"

namespace testfarm {

// `definition`, `owner` and `runner` outlive it.
std::unique_ptr<Clone> subversion_source(const RepositoryDefinition& definition, const Definition& owner,
                                         CommandRunner& runner);

}  // namespace testfarm
