#include "client/execution.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "client/modifiers.hpp"
#include "client/output_collector.hpp"
#include "schema/codec.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

class Execution {
 public:
  Execution(const Definition& definition, CommandRunner& runner, const Clock& clock,
            const ExecutionOptions& options, const EventSink& sink)
      : definition_(definition),
        runner_(runner),
        clock_(clock),
        options_(options),
        sink_(sink),
        began_(clock.boot_time()) {}

  Result<Outcome> run(ExecutionStarted start) {
    TRY(sink_(fitted(std::move(start))));
    if (const auto prepared = options_.prepare(); !prepared)
      return end(Outcome::trouble, prepared.error().context);
    bool failed = false;
    for (std::size_t i = 0; i < definition_.tasks.size(); ++i) {
      if (options_.stop()) return end(Outcome::aborted, "it was asked to stop");
      TRY_SET(const TaskOutcome outcome, run_task(i + 1, definition_.tasks[i]));
      if (outcome == TaskOutcome::aborted) return end(Outcome::aborted, "it was asked to stop");
      if (outcome == TaskOutcome::trouble) return end(Outcome::trouble, "a command could not be started");
      if (outcome == TaskOutcome::passed) continue;
      failed = true;
      if (definition_.tasks[i].mandatory) return end(Outcome::failed, "a mandatory task failed");
    }
    return end(failed ? Outcome::failed : Outcome::passed, {});
  }

 private:
  Result<Outcome> end(Outcome outcome, std::string_view reason) {
    TRY(sink_(ExecutionEnded{outcome, clock_.boot_time() - began_, clean(reason)}));
    return outcome;
  }

  Result<TaskOutcome> run_task(std::uint64_t number, const TaskDefinition& task) {
    const Millis began = clock_.boot_time();
    TRY(sink_(TaskStarted{number, task.name, task.kind, task.mandatory}));
    ShellState state = initial_shell_state(definition_.sandbox);
    TaskOutcome outcome = TaskOutcome::passed;
    for (std::size_t c = 0; c < task.commands.size() && outcome == TaskOutcome::passed; ++c) {
      TRY_SET(outcome, run_command(number, c + 1, task.commands[c], state));
      if (outcome == TaskOutcome::passed && options_.stop()) outcome = TaskOutcome::aborted;
    }
    TRY(sink_(TaskEnded{number, outcome, clock_.boot_time() - began}));
    return outcome;
  }

  Result<TaskOutcome> run_command(std::uint64_t task, std::uint64_t number, const CommandDefinition& command,
                                  ShellState& state) {
    TRY(sink_(CommandStarted{task, number, command.run}));
    OutputCollector collector(clock_, [&](std::string text, std::uint64_t omitted) {
      return sink_(Output{task, number, omitted, std::move(text)});
    });
    TRY_SET(const Fd copy, open_file(output_file(), Open::replace));
    const bool keep = needs_output(command);
    const auto on_output = [&](std::string_view bytes) -> Status {
      if (keep && !bytes.empty()) TRY(write_all(copy, bytes, output_file()));
      return bytes.empty() ? collector.tick() : collector.take(bytes);
    };
    TRY_SET(const CommandResult result, runner_.run(command.run, state, command.timeout, {}, on_output));
    TRY(collector.finish());
    CommandEnded end{task,
                     number,
                     result.ending,
                     result.status,
                     result.ending == CommandEnding::exited && result.status == 0,
                     result.duration,
                     {},
                     {},
                     collector.bytes(),
                     collector.omitted()};
    if (keep) judge(command, state, end);
    // What dies because somebody wants to stop says nothing about the code.
    if (!end.success && options_.stop()) end.ending = CommandEnding::aborted;
    const TaskOutcome outcome = outcome_of(end);
    TRY(sink_(std::move(end)));
    return outcome;
  }

  // A modifier that cannot be asked is no reason to lose the execution: its trouble is what is shown.
  void judge(const CommandDefinition& command, const ShellState& state, CommandEnded& end) {
    const auto judged = apply_modifiers(command, output_file(), state, runner_, end);
    if (judged) return;
    end.info = clean(judged.error().context);
    if (!command.success.empty()) end.success = false;
  }

  // An event's text has no control characters.
  static std::string clean(std::string_view text) {
    std::string kept = repaired_utf8(text);
    std::erase_if(kept, [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
    });
    return std::string(utf8_prefix(kept, limits::message));
  }

  static TaskOutcome outcome_of(const CommandEnded& end) {
    if (end.ending == CommandEnding::aborted) return TaskOutcome::aborted;
    if (end.ending == CommandEnding::not_started) return TaskOutcome::trouble;
    return end.success ? TaskOutcome::passed : TaskOutcome::failed;
  }

  Path output_file() const { return options_.scratch / "output"; }

  const Definition& definition_;
  CommandRunner& runner_;
  const Clock& clock_;
  const ExecutionOptions& options_;
  const EventSink& sink_;
  Millis began_;
};

}  // namespace

Result<Outcome> run_execution(const Definition& definition, ExecutionStarted start, CommandRunner& runner,
                              const Clock& clock, const ExecutionOptions& options, const EventSink& sink) {
  return Execution(definition, runner, clock, options, sink).run(std::move(start));
}

ExecutionStarted fitted(ExecutionStarted start) {
  constexpr std::size_t most_message = 400;
  constexpr std::size_t most_line = limits::event_line - 100;
  for (Repository& repository : start.repositories)
    for (Change& change : repository.changes)
      change.message = std::string(utf8_prefix(change.message, most_message));
  while (encode_event({1, 0, start}).size() > most_line) {
    const auto longest = std::max_element(
        start.repositories.begin(), start.repositories.end(),
        [](const Repository& a, const Repository& b) { return a.changes.size() < b.changes.size(); });
    if (longest == start.repositories.end() || longest->changes.empty()) break;
    const std::size_t keep = longest->changes.size() * 3 / 4;
    longest->changes_omitted += longest->changes.size() - keep;
    longest->changes.resize(keep);
  }
  return start;
}

}  // namespace testfarm
