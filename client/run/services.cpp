#include "client/run/services.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/text.hpp"
#include "client/run/output_collector.hpp"

namespace testfarm {
namespace {

constexpr Millis patience_at_end = 10 * second_ms;  // with a service that was told to end
constexpr Millis ask_within = 10 * second_ms;       // whether it is ready
constexpr Millis ask_again = second_ms / 5;
constexpr Millis stop_within = 30 * second_ms;
constexpr std::size_t at_a_time = 64 << 10;  // bytes of its output

}  // namespace

Result<TaskOutcome> Services::start(std::uint64_t& command) {
  for (const ServiceDefinition& definition : definitions_) {
    TRY_SET(const TaskOutcome outcome, start_one(definition, command++));
    if (outcome != TaskOutcome::passed) return outcome;
  }
  return TaskOutcome::passed;
}

Result<TaskOutcome> Services::end(std::uint64_t& command) {
  TaskOutcome worst = TaskOutcome::passed;
  for (; !running_.empty(); running_.pop_back()) {
    TRY_SET(const TaskOutcome outcome, end_one(running_.back(), command++));
    if (worst == TaskOutcome::passed) worst = outcome;
  }
  return worst;
}

Result<TaskOutcome> Services::start_one(const ServiceDefinition& definition, std::uint64_t command) {
  const Millis began = clock_.awake_time();
  TRY(options_.sink(
      CommandStarted{task_, command, concat("service ", definition.name, ": ", definition.run)}));
  CommandEnded end{.task = task_, .command = command, .success = false};
  auto process = runner_.start({.line = definition.run, .environment = definition.environment}, state_,
                               output_of(definition));
  if (process) {
    running_.push_back({&definition, *std::move(process), MaskedStream(options_.masking)});
    end.reason = wait_until_ready(running_.back(), end);
    end.success = end.reason.empty();
    TRY(tell_output(running_.back(), !end.success, end));
    if (!end.success) running_.pop_back();  // what it printed is told
  } else {
    end.ending = CommandEnding::not_started;
    end.reason = process.error().context;
  }
  end.duration = clock_.awake_time() - began;
  return options_.finish(CommandDefinition{.run = definition.run}, std::move(end));
}

// Why it is not; empty where it is.
std::string Services::wait_until_ready(const Running& service, CommandEnded& end) {
  const ServiceDefinition& definition = *service.definition;
  const Millis until = clock_.awake_time() + definition.ready_within;
  std::string said;
  for (;;) {
    if (service.process->ended()) {
      const CommandResult result = service.process->end(0);
      end.ending = result.ending;
      end.status = result.status;
      return "the service ended before it was ready";
    }
    if (options_.stop()) {
      end.ending = CommandEnding::aborted;
      return "it was asked to stop";
    }
    if (definition.ready.empty()) return {};
    const auto answer = ask(definition.ready, definition, ask_within, said);
    if (answer && answer->ending == CommandEnding::exited && answer->status == 0) return {};
    if (clock_.awake_time() >= until) {
      end.ending = CommandEnding::timed_out;
      const std::string last(trim(said));
      return concat("not ready within ", duration_words(definition.ready_within / second_ms), ": `",
                    definition.ready, "` does not succeed", last.empty() ? "" : "; it says: " + last);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(ask_again));
  }
}

Result<CommandResult> Services::ask(const std::string& line, const ServiceDefinition& definition,
                                    Millis timeout, std::string& output) {
  ShellState state = state_;
  output.clear();
  return runner_.run({.line = line, .timeout = timeout, .environment = definition.environment}, state,
                     [&](std::string_view bytes) -> Status {
                       if (output.size() < at_a_time) output += bytes;
                       return {};
                     });
}

Result<TaskOutcome> Services::end_one(Running& service, std::uint64_t command) {
  const ServiceDefinition& definition = *service.definition;
  TRY(options_.sink(CommandStarted{task_, command, concat("service ", definition.name, ": until its end")}));
  CommandEnded end{.task = task_, .command = command, .success = !service.process->ended()};
  const Millis began = clock_.awake_time();
  if (end.success && !definition.stop.empty()) {
    std::string said;
    const auto stopped = ask(definition.stop, definition, stop_within, said);
    if (!stopped || stopped->ending != CommandEnding::exited || stopped->status != 0)
      end.info = concat("`", definition.stop, "` did not succeed: ", trim(said));
  }
  const CommandResult result = service.process->end(patience_at_end);
  if (!end.success) {
    end.ending = options_.stop() ? CommandEnding::aborted : result.ending;
    end.status = result.status;
    end.reason = "the service ended before the task did";
  }
  end.duration = clock_.awake_time() - began;
  TRY(tell_output(service, true, end));
  return options_.finish(CommandDefinition{.run = definition.run}, std::move(end));
}

Status Services::tell_output(Running& service, bool all, CommandEnded& end) {
  const Path path = output_of(*service.definition);
  HeldOutput output(KeepOutput::every_time, clock_, [&](std::string text, std::uint64_t omitted) {
    return options_.sink(
        Output{.task = task_, .command = end.command, .omitted = omitted, .text = std::move(text)});
  });
  TRY_SET(const Fd file, open_file(path, Open::read));
  for (;;) {
    TRY_SET(const std::string bytes, read_at(file, service.told, at_a_time, path));
    if (bytes.empty()) break;
    service.told += bytes.size();
    TRY(output.take(service.masked.feed(bytes)));
  }
  if (all) TRY(output.take(service.masked.finish()));
  TRY(output.finish(end.success));
  end.output_bytes = output.bytes();
  end.omitted_bytes = output.omitted();
  return {};
}

Path Services::output_of(const ServiceDefinition& definition) const {
  const auto place = std::find_if(definitions_.begin(), definitions_.end(),
                                  [&](const ServiceDefinition& one) { return one.name == definition.name; });
  return options_.scratch / concat("service-", place - definitions_.begin() + 1);
}

}  // namespace testfarm
