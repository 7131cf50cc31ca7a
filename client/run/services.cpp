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
constexpr Millis look_again = second_ms;         // at one that was ready at once
constexpr std::uint64_t most_output = 64 << 20;  // bytes of it on the disk
constexpr std::size_t at_a_time = 64 << 10;      // bytes of its output

constexpr std::string_view service_end = "true  # until its end: service ";

// A statement for sh that does the same: who reads it understands it, and who runs it again may.
std::string service_statement(const ServiceDefinition& definition) {
  const bool plain = (definition.run + definition.ready).find_first_of("#\n") == std::string::npos;
  const std::string open = plain ? "( " : "(\n", close = plain ? " )" : "\n)";
  std::string line = concat(open, definition.run, close, " &");
  if (!definition.ready.empty())
    line += concat(" until ", open, definition.ready, close, "; do sleep 1; done");
  return concat(line, "  # service ", definition.name);
}

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
  TRY(options_.sink(CommandStarted{task_, command, service_statement(definition)}));
  CommandEnded end{.task = task_, .command = command, .success = false};
  std::string blamed = definition.run;
  auto process = runner_.start({.line = definition.run, .environment = definition.environment}, state_,
                               output_of(definition));
  if (process) {
    running_.push_back({&definition, *std::move(process), MaskedStream(options_.masking)});
    Running& service = running_.back();
    end.reason = wait_until_ready(service, end, blamed);
    end.success = end.reason.empty();
    service.ready_at = clock_.awake_time();
    std::string said;
    if (!end.success) stop(service, said);
    TRY(tell_output(service, !end.success, end));
    if (!end.success) TRY(forget(service));
    if (!end.success) running_.pop_back();
  } else {
    end.ending = CommandEnding::not_started;
    end.reason = process.error().context;
  }
  end.duration = clock_.awake_time() - began;
  return options_.finish(CommandDefinition{.run = blamed}, std::move(end));
}

std::string Services::wait_until_ready(const Running& service, CommandEnded& end, std::string& blamed) {
  const ServiceDefinition& definition = *service.definition;
  const Millis until = clock_.awake_time() + definition.ready_within;
  const bool asked = !definition.ready.empty();
  std::string said;
  for (int tries = 0;; ++tries) {
    if (const auto watched = watch(); !watched) return watched.error().context;
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
    if (!asked) return {};
    const Millis left = std::clamp<Millis>(until - clock_.awake_time(), second_ms, ask_within);
    const auto answer =
        ask({.line = definition.ready, .timeout = left, .environment = definition.environment}, said);
    const bool ready = answer && answer->ending == CommandEnding::exited && answer->status == 0;
    // Ready at once, it may be somebody else's: then ours is about to find its port taken.
    if (ready && tries > 0) return {};
    if (!ready && clock_.awake_time() >= until) {
      constexpr int not_found = 127;  // of sh, where a program is not there
      const bool missing = answer && answer->ending == CommandEnding::exited && answer->status == not_found;
      end.ending = missing ? CommandEnding::exited : CommandEnding::timed_out;
      end.status = missing ? not_found : 0;
      if (missing) blamed = definition.ready;
      const std::string last(trim(said));
      return concat("not ready within ", duration_words(definition.ready_within / second_ms), ": `",
                    definition.ready, "` does not succeed", last.empty() ? "" : "; it says: " + last);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(ready ? look_again : ask_again));
  }
}

Result<CommandResult> Services::ask(const Statement& statement, std::string& output) {
  ShellState state = state_;
  output.clear();
  return runner_.run(statement, state, [&](std::string_view bytes) -> Status {
    if (output.size() < at_a_time) output += bytes;
    return {};
  });
}

CommandResult Services::stop(Running& service, std::string& said) {
  const ServiceDefinition& definition = *service.definition;
  if (!definition.stop.empty()) {
    std::string output;
    // Also where a stop is asked for, and where the service itself is gone: what it made may not be.
    const auto stopped = ask({.line = definition.stop,
                              .timeout = stop_within,
                              .environment = definition.environment,
                              .to_its_end = true},
                             output);
    if (!stopped || stopped->ending != CommandEnding::exited || stopped->status != 0)
      said = concat("`", definition.stop, "` did not succeed: ", trim(output));
  }
  return service.process->end(patience_at_end);
}

Result<TaskOutcome> Services::end_one(Running& service, std::uint64_t command) {
  const ServiceDefinition& definition = *service.definition;
  TRY(options_.sink(CommandStarted{task_, command, concat(service_end, definition.name)}));
  CommandEnded end{.task = task_, .command = command, .success = !service.process->ended()};
  const CommandResult result = stop(service, end.info);
  if (!end.success) {
    end.ending = options_.stop() ? CommandEnding::aborted : result.ending;
    end.status = result.status;
    end.reason = "the service ended before the task did";
  }
  end.duration = end.success ? clock_.awake_time() - service.ready_at : result.duration;
  TRY(tell_output(service, true, end));
  TRY(forget(service));
  return options_.finish(CommandDefinition{.run = definition.run}, std::move(end));
}

Status Services::watch() {
  for (Running& service : running_) {
    const Path path = output_of(*service.definition);
    TRY_SET(const auto facts, facts_at(path));
    if (!facts || facts->size <= most_output) continue;
    TRY_SET(const Fd file, open_file(path, Open::append));
    TRY(cut_file(file, 0, path));
    service.lost += facts->size - service.told;
    service.told = 0;
  }
  return {};
}

Status Services::forget(const Running& service) {
  TRY(remove_file(output_of(*service.definition)));
  return {};
}

Services::~Services() {
  // Left by an error: nobody is told any more.
  for (Running& service : running_) {
    service.process->end(patience_at_end);
    static_cast<void>(forget(service));
  }
}

Status Services::tell_output(Running& service, bool all, CommandEnded& end) {
  const Path path = output_of(*service.definition);
  HeldOutput output(KeepOutput::every_time, clock_, [&](std::string text, std::uint64_t omitted) {
    return options_.sink(
        Output{.task = task_, .command = end.command, .omitted = omitted, .text = std::move(text)});
  });
  TRY_SET(const Fd file, open_file(path, Open::read));
  if (all && service.lost > 0)
    TRY(output.take(concat("[", service.lost >> 20, " MiB that came before are not kept]\n")));
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
