// One execution: runs the tasks of a definition and says what happens as events, in order. Knows neither
// spool nor network nor console; they are behind the sink.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "client/definition/definition.hpp"
#include "client/run/command_runner.hpp"
#include "schema/event.hpp"

namespace testfarm {

using EventSink = std::function<Status(EventBody)>;

struct ExecutionOptions {
  std::function<bool()> stop;       // asked between commands: gentle abort
  std::function<Status()> prepare;  // before the first task: check out the revisions; its failure is trouble
  // Tasks that come with the revision, after those of the definition; empty where there are none. Where they
  // cannot be read, for a reason that is the revision's, the execution fails.
  std::function<Result<std::vector<TaskDefinition>>()> more_tasks;
  Path scratch;                                    // directory for the output that modifiers read
  std::map<std::string, std::string> environment;  // for all commands: branch and revision
  // Whether a failure is the machine's and not the code's: says why, or nothing.
  std::function<std::string(const CommandDefinition&, const CommandEnded&)> trouble;
};

// Sends `start`, runs, sends the end; answers the outcome. An error means that the sink failed: nobody would
// learn of the rest, so it stops.
Result<Outcome> run_execution(const Definition& definition, ExecutionStarted start, CommandRunner& runner,
                              const Clock& clock, const ExecutionOptions& options, const EventSink& sink);

// Leaves out long messages and the oldest changes until the event fits into one line.
ExecutionStarted fitted(ExecutionStarted start);

}  // namespace testfarm
