#include "client/sources/asked_command.hpp"

#include <utility>

#include "base/text.hpp"
#include "client/sources/git_library.hpp"
#include "client/sources/source.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr Millis patience = 30 * minute_ms;
constexpr std::size_t most_output = 64 << 20;  // the references of a huge repository are a few MiB

}  // namespace

Result<CommandAnswer> ask_command(CommandRunner& runner, const Statement& statement, ShellState state) {
  CommandAnswer answer;
  const auto keep = [&](std::string_view bytes) -> Status {
    if (answer.output.size() < most_output) answer.output += bytes;
    return {};
  };
  TRY_SET(const CommandResult result, runner.run(statement, state, keep));
  answer.success = result.ending == CommandEnding::exited && result.status == 0;
  answer.silent = result.silent;
  answer.stopped = result.ending == CommandEnding::aborted;
  return answer;
}

std::string last_line(const std::string& output) {
  const std::string_view clean = trim(output);
  return clean_line(clean.substr(clean.rfind('\n') + 1), limits::name);
}

Result<std::string> RepositoryCommands::ask(const std::string& what, const std::string& line,
                                            const std::string& revision) const {
  TRY(make_directories(owner_.sandbox));
  ShellState state = initial_shell_state(owner_.sandbox, owner_.pass, owner_.environment);
  if (ours_) state.environment["LC_ALL"] = "C.UTF-8";
  state.environment["TESTFARM_REVISION"] = revision;
  state.environment["TESTFARM_DIRECTORY"] = definition_.directory.string();
  state.environment["TESTFARM_URL"] = definition_.url;
  Statement statement;
  statement.line = line;
  statement.timeout = patience;
  TRY_SET(CommandAnswer answer, ask_command(runner_, statement, std::move(state)));
  if (answer.success) return std::move(answer.output);
  if (answer.stopped) return fail(ErrorKind::busy, "it was asked to stop");
  return fail(kind_of_failure(answer.output),
              concat(definition_.name, ": could not get ", what, ours_ ? "" : " by `", ours_ ? "" : line,
                     ours_ ? "" : "`", ": ", last_line(answer.output)));
}

}  // namespace testfarm
