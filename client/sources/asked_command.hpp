// What commands of a version control system answer.
#pragma once

#include <string>

#include "base/result.hpp"
#include "client/definition/definition.hpp"
#include "client/run/command_runner.hpp"

namespace testfarm {

struct CommandAnswer {
  bool success = false;  // exit status 0
  bool silent = false;   // ended because it said nothing for so long
  bool stopped = false;  // ended because the client was asked to stop
  std::string output;    // of both streams, its first 64 MiB
};
Result<CommandAnswer> ask_command(CommandRunner& runner, const Statement& statement, ShellState state);

// Its last line with something in it, as a farm takes it.
std::string last_line(const std::string& output);

// Commands that know a repository by $TESTFARM_URL, $TESTFARM_DIRECTORY and $TESTFARM_REVISION.
class RepositoryCommands {
 public:
  // All three outlive it.
  RepositoryCommands(const RepositoryDefinition& definition, const Definition& owner, CommandRunner& runner)
      : definition_(definition), owner_(owner), runner_(runner) {}

  // What it printed; unavailable (or no_space) with its last line where it fails, busy where it was stopped.
  // `what`: it was to tell or do.
  Result<std::string> ask(const std::string& what, const std::string& line,
                          const std::string& revision = {}) const;
  // They are the client's own and not the definition's: what they print is read, so it is in English and
  // UTF-8, also where cron gives no locale; and in errors they are not quoted.
  void are_ours() { ours_ = true; }

 private:
  const RepositoryDefinition& definition_;
  const Definition& owner_;
  CommandRunner& runner_;
  bool ours_ = false;
};

}  // namespace testfarm
