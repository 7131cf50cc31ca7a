#include "client/run/execution.hpp"

#include <utility>

#include "schema/codec.hpp"
#include "schema/limits.hpp"
#include "store/summary/summary.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_run_execution {

// Answers by the first word of the line.
class FakeRunner final : public CommandRunner {
 public:
  Result<CommandResult> run(const Statement& statement, ShellState& state,
                            const OnOutput& on_output) override {
    const std::string& line = statement.line;
    ran.push_back(line);
    if (line.starts_with("say ")) TRY(on_output(line.substr(4)));
    if (line == "sleepy") clock->suspend(5 * hour_ms);
    if (clock != nullptr) clock->pass(std::exchange(takes, takes * 2));
    if (line.starts_with("cd ")) state.directory = line.substr(3);
    if (line == "fail")
      return CommandResult{
          .ending = CommandEnding::exited, .status = 2, .duration = 100, .silent = false, .peak_memory = 0};
    if (line == "hang")
      return CommandResult{.ending = CommandEnding::timed_out,
                           .status = 15,
                           .duration = 100,
                           .silent = true,
                           .peak_memory = 0};
    if (line == "lost")
      return CommandResult{.ending = CommandEnding::not_started,
                           .status = 0,
                           .duration = 0,
                           .silent = false,
                           .peak_memory = 0};
    if (line == "stop")
      return CommandResult{
          .ending = CommandEnding::aborted, .status = 15, .duration = 0, .silent = false, .peak_memory = 0};
    directories.push_back(state.directory.string());
    return CommandResult{
        .ending = CommandEnding::exited, .status = 0, .duration = 100, .silent = false, .peak_memory = 0};
  }
  Result<std::unique_ptr<RunningStatement>> start(const Statement& statement, const ShellState&,
                                                  const Path&) override {
    return fail(ErrorKind::io, statement.line + " could not be started");
  }
  FakeClock* clock = nullptr;
  Millis takes = 0;  // the first command; each after it twice as long
  std::vector<std::string> ran;
  std::vector<std::string> directories;
};

struct Fixture {
  TemporaryDirectory directory;
  FakeClock clock;
  FakeRunner runner;
  Definition definition{.client = client_key("p", "c"), .sandbox = "/sandbox"};
  std::vector<Event> events;
  ExecutionOptions options;
  bool stop = false;
  Status prepared;

  void task(const std::string& name, const std::vector<std::string>& commands, bool mandatory = true) {
    TaskDefinition task;
    task.name = name;
    task.kind = TaskKind::build;
    task.mandatory = mandatory;
    for (const auto& line : commands) task.commands.emplace_back().run = line;
    definition.tasks.push_back(task);
  }
  Outcome run() {
    const auto sink = [&](EventBody body) -> Status {
      events.push_back({events.size() + 1, 0, std::move(body)});
      return {};
    };
    ExecutionStarted start;
    start.branch = "main";
    options.stop = [&] { return stop; };
    options.prepare = [&] { return prepared; };
    options.scratch = directory.path();
    return must(run_execution(definition, start, runner, clock, options, sink));
  }
  std::string said() const {
    std::string all;
    for (const Event& event : events)
      if (const auto* output = std::get_if<Output>(&event.body)) all += output->text;
    return all;
  }
  CommandEnded ended(std::size_t which) const {
    for (const Event& event : events)
      if (const auto* end = std::get_if<CommandEnded>(&event.body); end != nullptr && which-- == 0)
        return *end;
    return {};
  }
  Summary summary() const {
    Summary folded;
    for (const Event& event : events) apply(folded, must(decode_event(encode_event(event))));
    return folded;
  }
};

}  // namespace client_run_execution

BOOST_FIXTURE_TEST_SUITE(client_run_execution, client_run_execution::Fixture)

BOOST_AUTO_TEST_CASE(runs_all_and_passes) {
  task("one", {"say hello", "true"});
  task("two", {"true"});
  BOOST_TEST(run() == Outcome::passed);
  BOOST_TEST(runner.ran.size() == 3U);
  BOOST_TEST(summary().progress == Progress::passed);
  BOOST_TEST(summary().tasks.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_failure_ends_its_task_and_a_mandatory_one_the_execution) {
  task("one", {"fail", "true"}, false);
  task("two", {"true", "hang", "true"});
  task("three", {"true"});
  BOOST_TEST(run() == Outcome::failed);
  BOOST_TEST((runner.ran == std::vector<std::string>{"fail", "true", "hang"}));
  BOOST_TEST((summary().stopped_in()->name == "one"));
}

BOOST_AUTO_TEST_CASE(a_failed_task_that_is_not_mandatory_fails_the_execution_at_its_end) {
  task("one", {"fail"}, false);
  task("two", {"true"});
  BOOST_TEST(run() == Outcome::failed);
  BOOST_TEST(runner.ran.size() == 2U);
}

BOOST_AUTO_TEST_CASE(state_carries_over_within_a_task_only) {
  task("one", {"cd /elsewhere", "true"});
  task("two", {"true"});
  run();
  BOOST_TEST((runner.directories == std::vector<std::string>{"/elsewhere", "/elsewhere", "/sandbox"}));
}

BOOST_AUTO_TEST_CASE(trouble_is_not_failure) {
  task("one", {"lost"});
  BOOST_TEST(run() == Outcome::trouble);
  events.clear();
  prepared = fail(ErrorKind::unavailable, "git: no");
  BOOST_TEST(run() == Outcome::trouble);
  BOOST_TEST(summary().ended_because == "git: no");
}

BOOST_AUTO_TEST_CASE(being_asked_to_stop_aborts) {
  task("one", {"stop", "true"});
  BOOST_TEST(run() == Outcome::aborted);
  events.clear();
  stop = true;
  BOOST_TEST(run() == Outcome::aborted);
  BOOST_TEST(summary().progress == Progress::aborted);
}

BOOST_AUTO_TEST_CASE(a_repeated_task_tells_median_and_spread) {
  task("speed", {"true"});
  definition.tasks[0].repeat = 3;
  runner.clock = &clock;
  runner.takes = 1000;
  BOOST_TEST(run() == Outcome::passed);
  BOOST_TEST(runner.ran.size() == 3U);
  const Summary folded = summary();
  BOOST_TEST(folded.stats.at("speed: median, s") == 2);  // of 1, 2 and 4
  BOOST_TEST(folded.stats.at("speed: spread, s") == 1);
}

BOOST_AUTO_TEST_CASE(hours_asleep_are_no_part_of_durations) {
  task("one", {"true", "sleepy", "true"});
  runner.clock = &clock;
  runner.takes = 1000;
  BOOST_TEST(run() == Outcome::passed);
  BOOST_TEST(summary().tasks[0].duration == 7000);
  BOOST_TEST(summary().duration == 7000);
}

BOOST_AUTO_TEST_CASE(output_is_kept_as_its_command_wants) {
  task("one", {"say always", "say failing", "say never"});
  definition.tasks[0].commands[1].keep_output = KeepOutput::on_failure;
  definition.tasks[0].commands[2].keep_output = KeepOutput::never;
  BOOST_TEST(run() == Outcome::passed);
  BOOST_TEST(said() == "always");
  BOOST_TEST(ended(1).omitted_bytes == 7U);
  events.clear();
  definition.tasks[0].commands[1].success = must(parse_modifier("without fail", ModifierUse::success));
  BOOST_TEST(run() == Outcome::failed);
  BOOST_TEST(said() == "alwaysfailing");
}

BOOST_AUTO_TEST_CASE(secrets_stay_here) {
  definition.secrets = {"hunter2"};
  task("the hunter2 task", {"say a hunter2 b hunter"});
  definition.tasks[0].commands[0].info.push_back(must(parse_modifier("last 1", ModifierUse::info)));
  run();
  std::string all;
  for (const Event& event : events) all += encode_event(event);
  BOOST_TEST(all.find("hunter2") == std::string::npos, all);
  BOOST_TEST(said() == "a *** b hunter");
  BOOST_TEST(ended(0).info == "a *** b ***");  // it may have been cut there
}

BOOST_AUTO_TEST_CASE(silence_is_told) {
  task("one", {"hang"});
  definition.tasks[0].commands[0].silence = 5000;
  BOOST_TEST(run() == Outcome::failed);
  BOOST_TEST(ended(0).reason.find("nothing for 5 s") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_the_machines_fault_is_trouble) {
  task("one", {"fail"});
  options.trouble = [](const CommandDefinition&, const CommandEnded& end) {
    return end.status == 2 ? "no compiler" : "";
  };
  BOOST_TEST(run() == Outcome::trouble);
  BOOST_TEST(summary().ended_because == "no compiler");
}

BOOST_AUTO_TEST_CASE(an_opening_always_fits_into_a_line) {
  ExecutionStarted start;
  start.branch = "main";
  start.repositories.push_back(
      {.name = "source", .url = "", .revision = "r", .previous = "", .changes_omitted = 0});
  for (int i = 0; i < 500; ++i)
    start.repositories[0].changes.push_back(
        {.revision = std::string(40, 'a'), .author = "Ann", .time = 0, .message = std::string(4000, '\n')});
  const ExecutionStarted fit = fitted(start);
  BOOST_TEST(encode_event({1, 0, fit}).size() < limits::event_line);
  BOOST_TEST(fit.repositories[0].changes.size() + fit.repositories[0].changes_omitted == 500U);
  BOOST_TEST(fit.repositories[0].changes.size() > 20U);
}

BOOST_AUTO_TEST_SUITE_END()
