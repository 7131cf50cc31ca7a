#include "client/sources/open_source.hpp"

#include <utility>

#include "client/run/machine_trouble.hpp"
#include "client/sources/commands.hpp"
#include "client/sources/git.hpp"
#include "client/sources/git_by_command.hpp"
#include "client/sources/git_by_library.hpp"
#include "client/sources/subversion.hpp"

namespace testfarm {

std::unique_ptr<Source> open_source(const RepositoryDefinition& definition, const Definition& owner,
                                    CommandRunner& runner, const Clock& clock, SayOfClone say, GitWay way) {
  if (definition.vcs == Vcs::commands) return command_source(definition, owner, runner);
  std::unique_ptr<Clone> clone;
  if (definition.vcs == Vcs::svn) {
    clone = subversion_source(definition, owner, runner);
  } else {
    if (way == GitWay::found) way = missing_program({"git"}).empty() ? GitWay::command : GitWay::library;
    clone = git_source(definition, way == GitWay::command ? git_by_command(definition, owner, runner)
                                                          : git_by_library(definition));
  }
  return kept_clone(std::move(clone), definition, owner.marks_directory, clock, std::move(say));
}

}  // namespace testfarm
