// Runs one shell statement. Tests put a fake here.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

// One statement to run.
struct Statement {
  std::string line;
  Millis timeout = 0;
  Millis silence = 0;                              // killed after so long without output; 0: it may be silent
  std::optional<Path> input;                       // its stdin; empty where there is none
  std::map<std::string, std::string> environment;  // for this statement only, over the state's
  bool to_its_end = false;                         // also where a stop is asked for
  bool pipefail = false;                           // what fails in a pipe fails it; by bash, which knows that
};

struct CommandResult {
  CommandEnding ending = CommandEnding::exited;
  int status = 0;  // exit status or signal
  Millis duration = 0;
  bool silent = false;            // timed out for its silence
  std::string stopped;            // "name (id)" of a process that was stopped, for which it was ended
  std::uint64_t peak_memory = 0;  // bytes of its largest process, where the system counts them
};

// A statement that goes on beside others until it is ended: at the latest when this is destroyed.
class RunningStatement {
 public:
  RunningStatement() = default;
  RunningStatement(const RunningStatement&) = delete;
  RunningStatement& operator=(const RunningStatement&) = delete;
  virtual ~RunningStatement() = default;

  virtual bool ended() = 0;
  // The whole group gets SIGTERM and, after `patience`, SIGKILL. How it ended, whether by this or by itself.
  virtual CommandResult end(Millis patience) = 0;
};

class CommandRunner {
 public:
  using OnOutput = std::function<Status(std::string_view bytes)>;  // called with "" several times a second
                                                                   // while it is quiet

  CommandRunner() = default;
  CommandRunner(const CommandRunner&) = delete;
  CommandRunner& operator=(const CommandRunner&) = delete;
  virtual ~CommandRunner() = default;

  // Runs `sh -c line` in a session of its own, without a terminal, stdout and stderr to `on_output`. After
  // the statement the shell's directory and exports are in `state`. A process that somebody has stopped, and
  // nobody can let go on, ends the statement like a timeout. At the timeout, in silence, or when a stop was
  // asked for, the whole group gets SIGTERM and, two seconds later, SIGKILL; what a statement leaves running
  // is killed when it ends. An error only where on_output has one: a statement that cannot be started is
  // CommandEnding::not_started.
  virtual Result<CommandResult> run(const Statement& statement, ShellState& state,
                                    const OnOutput& on_output) = 0;
  // The same beside others: without time limits, its output to a file. An error where it cannot be started.
  virtual Result<std::unique_ptr<RunningStatement>> start(const Statement& statement, const ShellState& state,
                                                          const Path& output) = 0;
};

// The environment and directory that a task's first command finds: of our own environment what a pattern of
// `pass` names, then `set`.
ShellState initial_shell_state(const Path& directory, const std::vector<std::string>& pass,
                               const std::map<std::string, std::string>& set);

class SystemCommandRunner final : public CommandRunner {
 public:
  // What becomes of processes that left their statement's group when it ends: `kept` is for a runner beside
  // another one, whose they may be.
  enum class Orphans : std::uint8_t { ended, kept };
  // `stop` is asked several times a second while a statement runs.
  SystemCommandRunner(const Clock& clock, std::function<bool()> stop, bool low_priority,
                      Orphans orphans = Orphans::ended);
  Result<CommandResult> run(const Statement& statement, ShellState& state,
                            const OnOutput& on_output) override;
  Result<std::unique_ptr<RunningStatement>> start(const Statement& statement, const ShellState& state,
                                                  const Path& output) override;

 private:
  const Clock& clock_;
  std::function<bool()> stop_;
  bool low_priority_;
  Orphans orphans_;
};

}  // namespace testfarm
