#include "client/run/execution.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "client/run/masking.hpp"
#include "client/run/outcome.hpp"
#include "client/run/output_collector.hpp"
#include "client/run/services.hpp"
#include "schema/codec.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr std::uint64_t most_copied = 512 << 20;  // bytes of a command's output, for its modifiers

// A command's output in a file, for its modifiers. A disk that is full costs the modifiers, not the
// execution; nor do they fill it.
class OutputCopy {
 public:
  // `file` is kept open from command to command and outlives it.
  OutputCopy(Fd& file, Path path, bool wanted) : file_(file), path_(std::move(path)), wanted_(wanted) {}

  Status begin() {
    if (!wanted_ && file_) return {};
    TRY_SET(file_, open_file(path_, Open::replace));
    return {};
  }
  void take(std::string_view bytes) {
    copied_ += bytes.size();
    if (wanted_ && !bytes.empty() && !failed_)
      failed_ = copied_ > most_copied || !write_all(file_, bytes, path_);
  }
  Status forget() { return wanted_ ? cut_file(file_, 0, path_) : Status(); }
  bool failed() const { return failed_; }

 private:
  Fd& file_;
  Path path_;
  bool wanted_;
  bool failed_ = false;
  std::uint64_t copied_ = 0;
};

class Execution {
 public:
  Execution(const Definition& definition, CommandRunner& runner, const Clock& clock,
            const ExecutionOptions& options, const EventSink& sink)
      : definition_(definition),
        runner_(runner),
        clock_(clock),
        options_(options),
        masking_(definition.secrets),
        // Masked here too, though whoever sends masks everything once more (poll.cpp): what is cut to its
        // length below must be masked before, and a trial that no farm hears of has no other guard.
        sink_([this, &sink](EventBody body) {
          masking_.mask(body);
          return sink(std::move(body));
        }),
        began_(clock.awake_time()),
        wall_began_(clock.now()) {}

  Result<Outcome> run(ExecutionStarted start) {
    EventBody opening = std::move(start);
    masking_.mask(opening);  // before texts are cut
    TRY(sink_(fitted(std::get<ExecutionStarted>(std::move(opening)))));
    if (const auto prepared = options_.prepare(); !prepared) {
      if (options_.stop()) return end(Outcome::aborted, "it was asked to stop");
      return end(Outcome::trouble, prepared.error().context);
    }
    std::vector<TaskDefinition> tasks = definition_.tasks;
    if (options_.more_tasks) {
      auto more = options_.more_tasks();
      if (!more) return end_without_tasks(more.error());
      tasks.insert(tasks.end(), more->begin(), more->end());
    }
    return run_tasks(tasks);
  }

 private:
  Result<Outcome> run_tasks(const std::vector<TaskDefinition>& tasks) {
    bool failed = false;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      if (options_.stop()) return end(Outcome::aborted, "it was asked to stop");
      TRY_SET(const TaskOutcome outcome, run_task(i + 1, tasks[i]));
      if (outcome == TaskOutcome::aborted) return end(Outcome::aborted, "it was asked to stop");
      if (outcome == TaskOutcome::trouble) return end(Outcome::trouble, trouble_);
      if (outcome == TaskOutcome::passed) continue;
      failed = true;
      if (tasks[i].mandatory) break;
    }
    return end(failed ? Outcome::failed : Outcome::passed, failed ? failed_because_ : "");
  }

  // Told as a command that fails, because that is what whoever broke the file will look for.
  Result<Outcome> end_without_tasks(const Error& error) {
    if (error.kind != ErrorKind::bad_input && error.kind != ErrorKind::not_found &&
        error.kind != ErrorKind::too_large)
      return end(Outcome::trouble, error.context);
    const std::uint64_t task = definition_.tasks.size() + 1;
    const std::string name = "Definition";
    TRY(sink_(TaskStarted{.task = task, .name = name, .kind = TaskKind::configure, .mandatory = true}));
    TRY(sink_(
        CommandStarted{task, 1, "testfarm check --tasks " + definition_.repositories.front().definition}));
    const std::string text = clean(error.context) + '\n';
    TRY(sink_(Output{.task = task, .command = 1, .omitted = 0, .text = text}));
    TRY(finish(name, {}, {.task = task, .command = 1, .status = 1, .output_bytes = text.size()}));
    TRY(sink_(TaskEnded{task, TaskOutcome::failed, 0}));
    return end(Outcome::failed, failed_because_);
  }

  Result<Outcome> end(Outcome outcome, std::string_view reason) {
    TRY(sink_(ExecutionEnded{outcome, clock_.awake_time() - began_, clean(reason)}));
    return outcome;
  }

  Result<TaskOutcome> run_task(std::uint64_t number, const TaskDefinition& task) {
    const Millis began = clock_.awake_time();
    TRY(sink_(TaskStarted{number, task.name, task.kind, task.mandatory}));
    ShellState state = initial_shell_state(definition_.sandbox, definition_.pass, definition_.environment);
    for (const auto& [name, value] : options_.environment) state.environment[name] = value;
    Services services(number, task.services, state, runner_, clock_,
                      {.masking = masking_,
                       .scratch = options_.scratch,
                       .stop = options_.stop,
                       .sink = sink_,
                       .finish = [&](const CommandDefinition& command, CommandEnded end) {
                         return finish(task.name, command, std::move(end));
                       }});
    std::uint64_t next = 1;  // command
    TRY_SET(TaskOutcome outcome, services.start(next));
    TRY_SET(outcome, run_commands(number, task, state, outcome, next, services));
    TRY_SET(const TaskOutcome ended, services.end(next));
    if (outcome == TaskOutcome::passed) outcome = ended;
    TRY(sink_(TaskEnded{number, outcome, clock_.awake_time() - began}));
    return outcome;
  }

  Result<TaskOutcome> run_commands(std::uint64_t number, const TaskDefinition& task, ShellState state,
                                   TaskOutcome outcome, std::uint64_t& next, Services& services) {
    std::vector<double> rounds;  // seconds
    for (std::uint64_t round = 0; round < task.repeat && outcome == TaskOutcome::passed; ++round) {
      const Millis round_began = clock_.awake_time();
      for (std::size_t c = 0; c < task.commands.size() && outcome == TaskOutcome::passed; ++c) {
        const bool last = round + 1 == task.repeat && c + 1 == task.commands.size();
        const auto timed = [&] {
          rounds.push_back(static_cast<double>(clock_.awake_time() - round_began) / second_ms);
          return last && task.repeat > 1 ? stats_of(task.name, rounds) : Stats();
        };
        const std::uint64_t command = next++;
        const bool ends_round = c + 1 == task.commands.size();
        TRY_SET(outcome,
                run_command(
                    {number, command, task.name, round + 1 == task.repeat, &services}, task.commands[c],
                    state, ends_round ? std::function<Stats()>(timed) : [] { return Stats(); }));
        if (outcome == TaskOutcome::passed && options_.stop()) outcome = TaskOutcome::aborted;
      }
    }
    return outcome;
  }

  // The median of several times, and their median absolute deviation from it: a spread that one slow round
  // does not move.
  static Stats stats_of(const std::string& task, const std::vector<double>& seconds) {
    const double middle = median(seconds);
    std::vector<double> apart;
    for (const double time : seconds) apart.push_back(std::abs(time - middle));
    const std::string name(utf8_prefix(task, limits::name / 2));
    return {{name + ": median, s", middle}, {name + ": spread, s", median(apart)}};
  }

  static double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }

  struct Place {
    std::uint64_t task;
    std::uint64_t command;
    const std::string& task_name;
    bool tells_tests;  // of several rounds only the last one
    Services* services = nullptr;
  };

  Statement statement_of(const CommandDefinition& command) const {
    return {.line = command.run,
            .timeout = command.timeout,
            .silence = command.silence,
            .environment = command.environment,
            .pipefail = definition_.pipefail};
  }

  Result<TaskOutcome> run_command(const Place& place, const CommandDefinition& command, ShellState& state,
                                  const std::function<Stats()>& more_stats) {
    TRY(sink_(CommandStarted{place.task, place.command, command.run}));
    HeldOutput output(command.keep_output, clock_, [&](std::string text, std::uint64_t omitted) {
      return sink_(
          Output{.task = place.task, .command = place.command, .omitted = omitted, .text = std::move(text)});
    });

    MaskedStream masked(masking_);
    OutputCopy copy(copy_, output_file(), needs_output(command));
    TRY(copy.begin());
    const auto on_output = [&](std::string_view bytes) -> Status {
      if (place.services != nullptr) TRY(place.services->watch());
      copy.take(bytes);
      if (bytes.empty()) return output.tick();
      return definition_.secrets.empty() ? output.take(bytes) : output.take(masked.feed(bytes));
    };

    TRY_SET(const CommandResult result, runner_.run(statement_of(command), state, on_output));
    TRY(output.take(masked.finish()));

    CommandEnded end{.task = place.task,
                     .command = place.command,
                     .ending = result.ending,
                     .status = result.status,
                     .success = false,
                     .duration = result.duration,
                     .output_bytes = 0,
                     .omitted_bytes = 0};
    const std::vector<TestResult> tests = judged_by(command, place.task_name, result, state, end);
    TRY(copy.forget());
    if (copy.failed())
      end.info = concat("The output was more than ", most_copied >> 20,
                        " MiB, or more than the disk has room for: its modifiers did not see all of it.");
    if (result.silent) end.reason = concat("killed: it said nothing for ", command.silence / second_ms, " s");
    if (!result.stopped.empty())
      end.reason =
          clean(concat("killed: its process ", result.stopped, " was stopped, and nobody let it go on"));

    // What dies because somebody wants to stop says nothing about the code.
    if (!end.success && options_.stop()) end.ending = CommandEnding::aborted;
    for (auto& [name, value] : more_stats()) end.stats[name] = value;

    TRY(output.finish(end.success));
    end.output_bytes = output.bytes();
    end.omitted_bytes = output.omitted();
    if (place.tells_tests) TRY(say_tests(place, tests));

    return finish(place.task_name, command, std::move(end));
  }

  // What its end means for the task. Told before anybody asks why: that may take a moment.
  Result<TaskOutcome> finish(const std::string& task, const CommandDefinition& command, CommandEnded end) {
    const TaskOutcome outcome = outcome_of(end);
    if (outcome == TaskOutcome::failed && failed_because_.empty())
      failed_because_ = concat(task, ": ", ending_words(end));
    if (outcome == TaskOutcome::trouble && trouble_.empty()) trouble_ = "a command could not be started";
    TRY(sink_(end));
    if (outcome != TaskOutcome::failed || !options_.trouble) return outcome;
    const std::string why = options_.trouble(command, end);
    if (trouble_.empty()) trouble_ = why;
    return why.empty() ? outcome : TaskOutcome::trouble;
  }

  Status say_tests(const Place& place, const std::vector<TestResult>& tests) {
    TestResults event{place.task, place.command, {}};
    std::size_t size = 0;
    for (const TestResult& test : tests) {
      const std::size_t more = 6 * (test.name.size() + test.message.size()) + 100;
      if (!event.tests.empty() &&
          (event.tests.size() == limits::tests_per_event || size + more > limits::event_line - 1000)) {
        TRY(sink_(std::exchange(event, TestResults{place.task, place.command, {}})));
        size = 0;
      }
      event.tests.push_back(test);

      size += more;
    }
    return event.tests.empty() ? Status() : sink_(std::move(event));
  }

  // A modifier that cannot be asked is no reason to lose the execution: its trouble is what is shown.
  std::vector<TestResult> judged_by(const CommandDefinition& command, const std::string& task,
                                    const CommandResult& result, const ShellState& state, CommandEnded& end) {
    auto judged = judge_command(command, task, result, output_file(), state, runner_, wall_began_);
    if (judged) {
      end.success = judged->success;
      end.reason = clean(judged->reason);
      end.info = std::move(judged->info);
      end.stats = std::move(judged->stats);
      return std::move(judged->tests);
    }
    end.info = clean(judged.error().context);
    end.success = !command.success && result.ending == CommandEnding::exited && result.status == 0;
    return {};
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
  Masking masking_;
  EventSink sink_;
  Millis began_;
  Millis wall_began_;
  Fd copy_;  // of the output of the command that runs, for its modifiers
  std::string trouble_;
  std::string failed_because_;  // the first command that failed, with its task
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
