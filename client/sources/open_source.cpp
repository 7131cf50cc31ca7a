#include "client/sources/open_source.hpp"

#include "client/sources/commands.hpp"
#include "client/sources/git.hpp"

namespace testfarm {

std::unique_ptr<Source> open_source(const RepositoryDefinition& definition, const Definition& owner,
                                    CommandRunner& runner) {
  return definition.vcs == Vcs::git ? git_source(definition) : command_source(definition, owner, runner);
}

}  // namespace testfarm
