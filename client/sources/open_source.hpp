// The Source that a definition's repository wants.
#pragma once

#include <memory>

#include "base/clock.hpp"
#include "client/definition/definition.hpp"
#include "client/run/command_runner.hpp"
#include "client/sources/kept_clone.hpp"
#include "client/sources/source.hpp"

namespace testfarm {

// How git gets at repositories: by its own program where there is one, unless a test wants to know.
enum class GitWay : std::uint8_t { found, command, library };

// All but `say` outlive it.
std::unique_ptr<Source> open_source(const RepositoryDefinition& definition, const Definition& owner,
                                    CommandRunner& runner, const Clock& clock, SayOfClone say,
                                    GitWay way = GitWay::found);

}  // namespace testfarm
