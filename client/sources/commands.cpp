#include "client/sources/commands.hpp"

#include "base/text.hpp"
#include "client/sources/asked_command.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

class CommandSource final : public Source {
 public:
  CommandSource(const RepositoryDefinition& definition, const Definition& owner, CommandRunner& runner)
      : definition_(definition), commands_(definition, owner, runner) {}

  Result<std::vector<Tip>> tips() override {
    TRY_SET(const std::string answer, commands_.ask("the newest revision", definition_.remote));
    const std::string revision = last_line(answer);
    if (revision.empty())
      return fail(ErrorKind::unavailable,
                  concat(definition_.name, ": its remote command named no revision: ", definition_.remote));
    return std::vector<Tip>{{definition_.branches.front(), revision, false}};
  }

  Status reach() override {
    TRY(tips());
    return {};
  }

  Result<Repository> describe(const std::string& previous, const std::string& revision) override {
    return bare_description(definition_, previous, revision);
  }

  Status check_out(const std::string& revision) override {
    TRY(make_directories(definition_.directory));
    TRY(commands_.ask(concat("revision ", revision), definition_.update, revision));
    if (definition_.current.empty()) return {};
    TRY_SET(const std::string answer, commands_.ask("the revision that is checked out", definition_.current));
    if (last_line(answer) == revision) return {};
    return fail(ErrorKind::unavailable,
                concat(definition_.name, ": after its update command ", in_quotes(last_line(answer)),
                       " is checked out and not ", in_quotes(revision)));
  }

 private:
  const RepositoryDefinition& definition_;
  RepositoryCommands commands_;
};

}  // namespace

std::unique_ptr<Source> command_source(const RepositoryDefinition& definition, const Definition& owner,
                                       CommandRunner& runner) {
  return std::make_unique<CommandSource>(definition, owner, runner);
}

}  // namespace testfarm
