// Runs one shell statement. Tests put a fake here.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "schema/event.hpp"

namespace testfarm {

// What carries over from command to command within a task.
struct ShellState {
  Path directory;
  std::map<std::string, std::string> environment;
};

struct CommandResult {
  CommandEnding ending = CommandEnding::exited;
  int status = 0;  // exit status or signal
  Millis duration = 0;
};

class CommandRunner {
 public:
  using OnOutput =
      std::function<Status(std::string_view bytes)>;  // called with "" about once a second while it is quiet

  CommandRunner() = default;
  CommandRunner(const CommandRunner&) = delete;
  CommandRunner& operator=(const CommandRunner&) = delete;
  virtual ~CommandRunner() = default;

  // Runs `sh -c line` in a process group of its own, stdin from `input` or empty, stdout and stderr to
  // `on_output`. After the statement the shell's directory and exports are in `state`. At the timeout, or
  // when a stop was asked for, the whole group gets SIGTERM and, two seconds later, SIGKILL; what a statement
  // leaves running in its group is killed when it ends. An error only where on_output has one: a statement
  // that cannot be started is CommandEnding::not_started.
  virtual Result<CommandResult> run(const std::string& line, ShellState& state, Millis timeout,
                                    const std::optional<Path>& input, const OnOutput& on_output) = 0;
};

// The environment and directory that a task's first command finds.
ShellState initial_shell_state(const Path& directory);

class SystemCommandRunner final : public CommandRunner {
 public:
  explicit SystemCommandRunner(const Clock& clock) : clock_(clock) {}
  Result<CommandResult> run(const std::string& line, ShellState& state, Millis timeout,
                            const std::optional<Path>& input, const OnOutput& on_output) override;

 private:
  const Clock& clock_;
};

// What `export -p` of a POSIX shell prints, as name → value. Public for its tests.
std::map<std::string, std::string> parse_exports(std::string_view text);

}  // namespace testfarm
