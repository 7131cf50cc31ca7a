// The services of a task: started before its commands and ended after them, whatever became of these. Each is
// told as two commands, so that what it printed is read where it matters: one until it is ready, one from
// then to its end.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "client/definition/definition.hpp"
#include "client/run/command_runner.hpp"
#include "client/run/masking.hpp"
#include "schema/event.hpp"

namespace testfarm {

class Services {
 public:
  struct Options {
    const Masking& masking;
    Path scratch;                // directory for what they print
    std::function<bool()> stop;  // whether somebody wants the execution to end
    std::function<Status(EventBody)> sink;
    // Tells the end of a command and what it means for the task.
    std::function<Result<TaskOutcome>(const CommandDefinition&, CommandEnded)> finish;
  };

  // All outlive it; destroyed, it ends what still runs.
  Services(std::uint64_t task, const std::vector<ServiceDefinition>& definitions, const ShellState& state,
           CommandRunner& runner, const Clock& clock, Options options)
      : task_(task),
        definitions_(definitions),
        state_(state),
        runner_(runner),
        clock_(clock),
        options_(std::move(options)) {}

  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;
  ~Services();

  // One after the other, until one fails. `command` is the number of the task's next command.
  Result<TaskOutcome> start(std::uint64_t& command);
  // The last one first. A service that had ended by itself is a failure.
  Result<TaskOutcome> end(std::uint64_t& command);
  // While commands run: what services print must not fill the disk.
  Status watch();

 private:
  struct Running {
    const ServiceDefinition* definition;
    std::unique_ptr<RunningStatement> process;
    MaskedStream masked;     // a secret may come in two parts
    std::uint64_t told = 0;  // bytes of its output
    std::uint64_t lost = 0;  // that were cut away
    Millis ready_at = 0;
  };

  Result<TaskOutcome> start_one(const ServiceDefinition& definition, std::uint64_t command);
  Result<TaskOutcome> end_one(Running& service, std::uint64_t command);
  // Why it is not ready; empty where it is. `blamed`: the statement that is to blame.
  std::string wait_until_ready(const Running& service, CommandEnded& end, std::string& blamed);
  Result<CommandResult> ask(const Statement& statement, std::string& output);
  // By its own `stop`, where it has one, then by signals.
  CommandResult stop(Running& service, std::string& said);
  Status forget(const Running& service);
  Status tell_output(Running& service, bool all, CommandEnded& end);
  Path output_of(const ServiceDefinition& definition) const;

  std::uint64_t task_;
  const std::vector<ServiceDefinition>& definitions_;
  const ShellState& state_;
  CommandRunner& runner_;
  const Clock& clock_;
  Options options_;
  std::vector<Running> running_;
};

}  // namespace testfarm
