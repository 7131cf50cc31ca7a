#include "client/run/services.hpp"

#include "client/run/execution.hpp"

#include <signal.h>

#include "base/file.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_run_services {

// Real processes: a task with one service, run as an execution.
struct Fixture {
  TemporaryDirectory directory;
  Definition definition{.client = client_key("p", "c"), .sandbox = directory.path(), .pass = {"PATH"}};
  ServiceDefinition& service;
  std::vector<EventBody> events;
  bool stop = false;
  Path stop_at;     // a file with which somebody wants to stop
  std::string why;  // trouble

  Fixture() : service(task().services.emplace_back()) {
    service.name = "database";
    service.run = "echo begins; echo $$ > pid; echo up > up; exec sleep 300";
    service.ready = "test -e up";
  }
  TaskDefinition& task() {
    if (definition.tasks.empty()) definition.tasks.emplace_back().name = "Test";
    return definition.tasks.front();
  }
  void command(const std::string& line) {
    CommandDefinition& command = task().commands.emplace_back();
    command.run = line;
    command.timeout = minute_ms;
  }
  Outcome run() {
    const auto asked = [this] { return stop || (!stop_at.empty() && file_exists(stop_at)); };
    SystemCommandRunner runner(system_clock(), asked, false);
    const ExecutionOptions options{
        .stop = asked,
        .prepare = []() -> Status { return {}; },
        .scratch = directory.path(),
        .environment = {},
        .trouble = [this](const CommandDefinition&, const CommandEnded&) { return why; }};
    return must(run_execution(definition, {}, runner, system_clock(), options, [&](EventBody body) -> Status {
      events.push_back(std::move(body));
      return {};
    }));
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (const EventBody& body : events)
      if (const auto* started = std::get_if<CommandStarted>(&body)) all.push_back(started->line);
    return all;
  }
  CommandEnded end_of(std::uint64_t command) const {
    for (const EventBody& body : events)
      if (const auto* ended = std::get_if<CommandEnded>(&body); ended != nullptr && ended->command == command)
        return *ended;
    BOOST_FAIL("no such command");
    return {};
  }
  std::string output_of(std::uint64_t command) const {
    std::string all;
    for (const EventBody& body : events)
      if (const auto* output = std::get_if<Output>(&body); output != nullptr && output->command == command)
        all += output->text;
    return all;
  }
  bool service_is_gone() const {
    const auto id = to_signed(trim(must(read_file(directory / "pid"))));
    return kill(static_cast<pid_t>(id.value()), 0) != 0;
  }
};
using Lines = std::vector<std::string>;
}  // namespace client_run_services

BOOST_FIXTURE_TEST_SUITE(client_run_services, client_run_services::Fixture)

BOOST_AUTO_TEST_CASE(it_runs_as_long_as_the_task) {
  command("kill -0 $(cat pid) && test -e up && echo used");
  BOOST_TEST((run() == Outcome::passed));
  BOOST_TEST(lines() ==
             (Lines{"( " + service.run + " ) & until ( test -e up ); do sleep 1; done  # service database",
                    task().commands[0].run, "true  # until its end: service database"}));
  BOOST_TEST(output_of(1) == "begins\n");
  BOOST_TEST(output_of(2) == "used\n");
  BOOST_TEST(output_of(3) == "");
  BOOST_TEST(service_is_gone());
}

BOOST_AUTO_TEST_CASE(what_it_says_later_is_told_and_it_ends_with_a_task_that_failed) {
  service.run =
      "echo $$ > pid; touch up; while ! test -e asked; do sleep 0.05; done; echo asked; touch told; sleep "
      "300";
  command("touch asked; while ! test -e told; do sleep 0.05; done; false");
  BOOST_TEST((run() == Outcome::failed));
  BOOST_TEST(output_of(3) == "asked\n");
  BOOST_TEST(end_of(3).success);
  BOOST_TEST(service_is_gone());
}

BOOST_AUTO_TEST_CASE(one_that_is_never_ready_fails_the_task) {
  service.ready = "echo no socket; false";
  service.ready_within = 300;
  command("echo never");
  BOOST_TEST((run() == Outcome::failed));
  BOOST_TEST(lines().size() == 1U);
  BOOST_TEST(end_of(1).reason.find("`echo no socket; false` does not succeed; it says: no socket") !=
                 std::string::npos,
             end_of(1).reason);
  BOOST_TEST(output_of(1) == "begins\n");
  BOOST_TEST(service_is_gone());
}

BOOST_AUTO_TEST_CASE(one_that_ends_too_early_fails_the_task) {
  service.run = "echo no room; exit 3";
  command("echo never");
  BOOST_TEST((run() == Outcome::failed));
  BOOST_TEST(end_of(1).status == 3);
  BOOST_TEST(end_of(1).reason == "the service ended before it was ready");
  BOOST_TEST(output_of(1) == "no room\n");
}

BOOST_AUTO_TEST_CASE(one_that_dies_meanwhile_fails_a_task_that_passed) {
  command(
      "kill -KILL $(cat pid); while kill -0 $(cat pid) 2>/dev/null && ! grep -q Z /proc/$(cat pid)/stat; do "
      "sleep 0.05; done");
  BOOST_TEST((run() == Outcome::failed));
  BOOST_TEST(end_of(2).success);
  BOOST_TEST(!end_of(3).success);
  BOOST_TEST((end_of(3).ending == CommandEnding::signalled));
  BOOST_TEST(end_of(3).reason == "the service ended before the task did");
}

BOOST_AUTO_TEST_CASE(its_own_way_to_stop_comes_first) {
  service.run =
      "echo $$ > pid; trap '' TERM; touch up; while ! test -e stop; do sleep 0.05; done; echo ended well";
  service.stop =
      "touch stop; while kill -0 $(cat pid) 2>/dev/null && ! grep -q Z /proc/$(cat pid)/stat; do sleep 0.05; "
      "done";
  command("true");
  BOOST_TEST((run() == Outcome::passed));
  BOOST_TEST(output_of(3) == "ended well\n");
  service.stop = "echo cannot; exit 1";
  service.run = "echo $$ > pid; exec sleep 300";
  events.clear();
  BOOST_TEST((run() == Outcome::passed));
  BOOST_TEST(end_of(3).info.find("did not succeed: cannot") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_it_has_started_ends_with_it) {
  service.run = "sleep 300 & echo $! > pid; touch up; wait";
  command("true");
  BOOST_TEST((run() == Outcome::passed));
  BOOST_TEST(service_is_gone());
}

BOOST_AUTO_TEST_CASE(secrets_are_masked_also_where_they_come_in_two_parts) {
  definition.secrets = {"s3cret-word"};
  service.run =
      "printf 'a s3cret-word b s3cret'; touch up; while ! test -e more; do sleep 0.05; done; echo -word; "
      "touch told; exec sleep 300";
  command("touch more; while ! test -e told; do sleep 0.05; done");
  BOOST_TEST((run() == Outcome::passed));
  BOOST_TEST(output_of(1) + output_of(3) == "a *** b ***\n");
}

BOOST_AUTO_TEST_CASE(who_wants_to_stop_does_not_wait_for_it) {
  service.ready = "false";
  service.ready_within = hour_ms;
  command("true");
  stop = true;
  BOOST_TEST((run() == Outcome::aborted));
}

// A child that its parent left is of the service, too, and not a stray of the next command.
BOOST_AUTO_TEST_CASE(who_lost_its_parent_stays_with_the_service) {
  service.run = "sh -c 'sleep 301 & echo $! > stray'; touch up; exec sleep 300";
  command("true");
  command("kill -0 $(cat stray)");
  BOOST_TEST((run() == Outcome::passed));
  const auto stray = to_signed(trim(must(read_file(directory / "stray"))));
  BOOST_TEST(kill(static_cast<pid_t>(stray.value()), 0) != 0);
}

BOOST_AUTO_TEST_CASE(its_own_way_to_stop_is_used_whatever_happened) {
  service.stop = "sleep 0.2; touch stopped";
  service.ready = "false";
  service.ready_within = 100;
  command("true");
  BOOST_TEST((run() == Outcome::failed));
  BOOST_TEST(file_exists(directory / "stopped"));  // never ready
  std::filesystem::remove(directory / "stopped");
  service.ready = "test -e up";
  task().commands.clear();
  command("kill -KILL $(cat pid); sleep 0.3");
  BOOST_TEST((run() == Outcome::failed));
  BOOST_TEST(file_exists(directory / "stopped"));  // gone by itself
  std::filesystem::remove(directory / "stopped");
  task().commands.clear();
  command("touch asked; sleep 300");
  stop_at = directory / "asked";
  BOOST_TEST((run() == Outcome::aborted));
  BOOST_TEST(file_exists(directory / "stopped"));  // somebody wanted to stop
}

// What it prints is bounded on the disk, readable by nobody else, and gone with it.
BOOST_AUTO_TEST_CASE(its_output_does_not_fill_the_disk) {
  service.run =
      "echo $$ > pid; touch up; yes 0123456789abcdef | head -c 200000000; touch all; exec sleep 300";
  command("while ! test -e all; do sleep 0.05; done; stat -c '%a %s' service-1");
  BOOST_TEST((run() == Outcome::passed));
  const std::string told = output_of(2);
  BOOST_TEST(told.starts_with("600 "), told);
  BOOST_TEST(to_unsigned(trim(told.substr(4))).value_or(0) < 150'000'000U, told);
  BOOST_TEST(output_of(3).find("MiB that came before are not kept]") != std::string::npos);
  BOOST_TEST(!file_exists(directory / "service-1"));
}

BOOST_AUTO_TEST_CASE(trouble_keeps_its_reason) {
  why = "this machine has no program x";
  command("exit 127");
  BOOST_TEST((run() == Outcome::trouble));
  BOOST_TEST(std::get<ExecutionEnded>(events.back()).reason == why);
}

BOOST_AUTO_TEST_CASE(what_asks_whether_it_is_ready_may_be_missing_itself) {
  service.ready = "no-such-program-here";
  service.ready_within = 100;
  command("true");
  run();
  BOOST_TEST(end_of(1).status == 127);
}

// Who does not hear SIGTERM gets SIGKILL.
BOOST_AUTO_TEST_CASE(nobody_stays) {
  SystemCommandRunner runner(
      system_clock(), [] { return false; }, false);
  const ShellState state = initial_shell_state(directory.path(), {"PATH"}, {});
  const auto deaf = must(runner.start({.line = "trap '' TERM; touch deaf; while true; do sleep 0.05; done"},
                                      state, directory / "out"));
  while (!file_exists(directory / "deaf")) usleep(10'000);
  const CommandResult result = deaf->end(100);
  BOOST_TEST((result.ending == CommandEnding::signalled));
  BOOST_TEST(result.status == SIGKILL);
  BOOST_TEST(deaf->ended());
}

BOOST_AUTO_TEST_SUITE_END()
