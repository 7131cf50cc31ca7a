#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/platform/descendants.hpp"
#include "client/run/command_runner.hpp"

#include "client/run/shell_exports.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_platform_process {

struct Fixture {
  TemporaryDirectory directory;
  SystemCommandRunner runner{system_clock(), [] { return false; }, true};
  ShellState state = initial_shell_state(directory.path(), {"PATH", "LC_*"}, {{"SET", "by us"}});
  Statement statement;
  std::string output;

  CommandResult run(const std::string& line, Millis timeout = minute_ms,
                    const std::optional<Path>& input = {}) {
    output.clear();
    statement.line = line;
    statement.timeout = timeout;
    statement.input = input;
    return must(runner.run(statement, state, [&](std::string_view bytes) -> Status {
      output += bytes;
      return {};
    }));
  }
};

// Gone, or a zombie that only waits for somebody to ask.
bool ends_soon(std::int64_t process) {
  for (int i = 0; i < 250; ++i) {
    const auto status = read_file(concat("/proc/", process, "/stat"));
    if (!status || status->find(") Z ") != std::string::npos) return true;
    usleep(20000);
  }
  return false;
}

}  // namespace client_platform_process

BOOST_FIXTURE_TEST_SUITE(client_platform_process, client_platform_process::Fixture)

BOOST_AUTO_TEST_CASE(output_and_status) {
  BOOST_TEST(run("echo out; echo err >&2; exit 3").status == 3);
  BOOST_TEST(output == "out\nerr\n");
  BOOST_TEST(run("kill -9 $$").ending == CommandEnding::signalled);
  BOOST_TEST(run("if").status == 2);
  BOOST_TEST(run("true").ending == CommandEnding::exited);
}

BOOST_AUTO_TEST_CASE(directory_and_exports_carry_over) {
  run("mkdir -p 'a b'; cd 'a b'; export X='it'\\''s \"quoted\"\n$and $(more)'; Y=not_exported");
  run("pwd; printf '%s' \"$X\"; printf '%s' \"$Y\"");
  BOOST_TEST(output == (directory / "a b").string() + "\nit's \"quoted\"\n$and $(more)");
  run("unset X; exit 4");
  run("echo \"[$X]\"");
  BOOST_TEST(output == "[]\n");
}

BOOST_AUTO_TEST_CASE(they_carry_over_from_a_failing_command_too) {
  BOOST_TEST(run("cd /; export Z=1; false").status == 1);
  run("pwd; echo $Z");
  BOOST_TEST(output == "/\n1\n");
}

BOOST_AUTO_TEST_CASE(they_carry_over_whatever_the_statement_does_with_its_shell) {
  const std::string works = "mkdir -p d; cd d; export CARRIED=yes; ";
  for (const std::string& line : {
           works + "true",
           works + "exit 3",
           works + "false",
           works + "trap 'echo bye' EXIT",
           works + "trap 'echo bye' EXIT; exit 0",
           "trap 'rm -f x' 0; " + works + "exit 3",
           "set -eu; trap 'echo bye' EXIT; " + works + "false; echo never",
           works + "exec >log 2>&1 3>log3 4>&-; echo hidden",
           "exec 3>&- 9>&-; " + works,
           works + "(trap 'echo sub' EXIT; cd /; export CARRIED=no)",
           "f() { trap 'echo from f' EXIT; }; f; " + works,
           "set -x; " + works,
           "set -a; trap 'true' EXIT; " + works,
           "trap - EXIT; trap '' INT; " + works + "exit 1",
           "set -C; " + works,
           "pwd() { echo mine; }; echo() { return 1; }; " + works,
       }) {
    state = initial_shell_state(directory.path(), {"PATH"}, {});
    run(line);
    BOOST_TEST_CONTEXT(line) {
      BOOST_TEST(output.find("__testfarm_tell") == std::string::npos, output);
      BOOST_TEST(state.directory == directory / "d");
      BOOST_TEST(state.environment["CARRIED"] == "yes");
      for (const auto& [name, value] : state.environment) BOOST_TEST(!name.starts_with("__testfarm"));
    }
  }
}

BOOST_AUTO_TEST_CASE(where_its_directory_is_gone_the_next_begins_above_it) {
  BOOST_TEST(run("mkdir -p a/b; cd a/b; export CARRIED=yes; rm -r ../../a").status == 0);
  run("pwd; echo $CARRIED");
  BOOST_TEST(output == concat(directory.path().string(), "\nyes\n"));
}

BOOST_AUTO_TEST_CASE(a_limit_of_the_statement_ends_nothing_of_ours) {
  BOOST_TEST(run("ulimit -f 0; true").status == 0);
}

BOOST_AUTO_TEST_CASE(with_pipefail_any_part_of_a_pipe_counts) {
  BOOST_TEST(run("false | cat").status == 0);
  statement.pipefail = true;
  BOOST_TEST(run("exit 3 | cat").status == 3);
  BOOST_TEST(run("mkdir -p d; cd d; export CARRIED=yes; true | cat").status == 0);
  statement.pipefail = false;
  run("pwd; echo $CARRIED");
  BOOST_TEST(output == (directory / "d").string() + "\nyes\n");
}

BOOST_AUTO_TEST_CASE(a_trap_of_the_statement_runs_and_the_status_stays) {
  BOOST_TEST(run("trap 'echo bye $?' EXIT; exit 3").status == 3);
  BOOST_TEST(output == "bye 3\n");
  BOOST_TEST(run("set -e; trap 'echo bye $?' EXIT; false").status == 1);
  BOOST_TEST(output == "bye 1\n");
  BOOST_TEST(run("trap 'exit 5' EXIT; exit 3").status == 5);
  BOOST_TEST(run("trap 'echo one' EXIT; trap - EXIT; exit 0").status == 0);
  BOOST_TEST(output.empty());
  BOOST_TEST(run("trap 'echo asked' TERM; kill -TERM $$; echo on").status == 0);
  BOOST_TEST(output == "asked\non\n");
  // It does not come back in the next statement.
  BOOST_TEST(run("set -a; trap 'echo once' EXIT; true").status == 0);
  run("true");
  BOOST_TEST(output.empty());
}

BOOST_AUTO_TEST_CASE(no_descriptor_and_no_terminal_of_ours_is_left_to_it) {
  run("ls /proc/self/fd | tr '\\n' ' '");
  BOOST_TEST(output == "0 1 2 3 ");  // ls has opened the directory itself
  // Whoever starts the client, nobody can be asked.
  BOOST_TEST(run("read answer </dev/tty").status != 0);
  BOOST_TEST(run("read answer").status == 1);
}

BOOST_AUTO_TEST_CASE(who_is_stopped_is_named_and_ended) {
  const CommandResult result = run("kill -STOP $$");
  BOOST_TEST((result.ending == CommandEnding::timed_out));
  BOOST_TEST(result.stopped.starts_with("sh ("), result.stopped);
  BOOST_TEST(result.duration < 30 * second_ms);
}

// What the network does while one of its nodes is away is a test like another.
BOOST_AUTO_TEST_CASE(who_is_stopped_for_a_while_goes_on) {
  const CommandResult result = run("sleep 100 & kill -STOP $!; sleep 7; kill -CONT $!; kill $!; echo on");
  BOOST_TEST((result.ending == CommandEnding::exited));
  BOOST_TEST(result.status == 0);
  BOOST_TEST(output == "on\n");
}

BOOST_AUTO_TEST_CASE(stdin_is_the_file_or_empty) {
  BOOST_TEST(run("cat").status == 0);
  BOOST_TEST(output.empty());
  must(replace_file(directory / "in", "hello", Sync::no));
  run("cat", minute_ms, directory / "in");
  BOOST_TEST(output == "hello");
}

BOOST_AUTO_TEST_CASE(a_timeout_kills_the_whole_group) {
  const CommandResult result = run("sleep 300 & echo $!; sleep 300", 200);
  BOOST_TEST(result.ending == CommandEnding::timed_out);
  BOOST_TEST(ends_soon(to_signed(trim(output)).value()));
}

BOOST_AUTO_TEST_CASE(a_stubborn_command_is_killed_hard) {
  BOOST_TEST(run("trap '' TERM; while true; do sleep 1; done", 100).ending == CommandEnding::timed_out);
}

BOOST_AUTO_TEST_CASE(what_stays_behind_neither_blocks_nor_survives) {
  run("sleep 300 & echo $!");
  BOOST_TEST(ends_soon(to_signed(trim(output)).value()));
}

// A full disk where the output should go: the command must not go on without anybody.
BOOST_AUTO_TEST_CASE(an_error_of_the_listener_ends_the_command) {
  std::string first;
  const auto result = runner.run({.line = "echo $$; sleep 300", .timeout = minute_ms, .silence = 0}, state,
                                 [&](std::string_view bytes) -> Status {
                                   first += bytes;
                                   if (bytes.empty()) return {};
                                   return fail(ErrorKind::no_space, "full");
                                 });
  BOOST_TEST(result.error().kind == ErrorKind::no_space);
  BOOST_TEST(ends_soon(to_signed(trim(first)).value()));
}

BOOST_AUTO_TEST_CASE(much_output_and_large_environments) {
  run("export BIG=$(head -c 100000 /dev/zero | tr '\\0' x); head -c 3000000 /dev/zero");
  BOOST_TEST(output.size() == 3000000U);
  run("printf '%s' \"$BIG\" | wc -c");
  BOOST_TEST(trim(output) == "100000");
}

BOOST_AUTO_TEST_CASE(a_missing_directory_is_told) {
  state.directory = directory / "none";
  BOOST_TEST(run("true").status == 126);
}

BOOST_AUTO_TEST_CASE(only_what_may_be_seen_is_in_the_environment) {
  setenv("TESTFARM_TEST_SECRET", "x", 1);
  run("env");
  BOOST_TEST(output.find("TESTFARM_TEST_SECRET") == std::string::npos);
  BOOST_TEST(output.find("PATH=") != std::string::npos);
  BOOST_TEST(output.find("SET=by us") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(variables_of_one_statement_do_not_carry_over) {
  run("export A=before");
  statement.environment = {{"A", "within"}, {"B", "only here"}, {"C", "old"}};
  run("echo $A $B; export C=new");
  BOOST_TEST(output == "within only here\n");
  statement.environment.clear();
  run("echo [$A] [$B] [$C]");
  BOOST_TEST(output == "[before] [] [new]\n");
}

BOOST_AUTO_TEST_CASE(silence_is_ended_and_noise_is_not) {
  statement.silence = 400;
  const CommandResult silent = run("echo a; sleep 300");
  BOOST_TEST(silent.ending == CommandEnding::timed_out);
  BOOST_TEST(silent.silent);
  BOOST_TEST(run("for i in 1 2 3 4 5 6; do echo $i; sleep 0.15; done").ending == CommandEnding::exited);
}

// It leaves the process group, and its parent; where there is a reaper it does not get away.
BOOST_AUTO_TEST_CASE(who_runs_away_is_caught) {
  run("setsid sh -c 'sleep 300 & echo $!; sleep 300' & sleep 0.3");
  BOOST_TEST(ends_soon(to_signed(trim(output)).value()));
}

BOOST_AUTO_TEST_CASE(a_guard_outlives_its_worker_and_ends_what_it_left) {
  const Path ids = directory / "ids";
  const pid_t guard = fork();
  if (guard == 0) {
    const int status = guarded([&] {
      SystemCommandRunner inner(
          system_clock(), [] { return false; }, false);
      ShellState there = initial_shell_state(directory.path(), {"PATH"}, {});
      const auto ignored =
          inner.run({.line = concat("setsid sleep 300 & echo $! $PPID > ", ids.string(), ".new; mv ",
                                    ids.string(), ".new ", ids.string(), "; sleep 300"),
                     .timeout = minute_ms,
                     .silence = 0},
                    there, [](std::string_view) -> Status { return {}; });
      return ignored ? 0 : 1;
    });
    _exit(status);
  }
  std::string text;
  for (int i = 0; i < 500 && text.empty(); ++i) {
    usleep(10000);
    text = read_file(ids).value_or("");
  }
  const std::vector<std::string_view> words = split(text, ' ');
  BOOST_REQUIRE(words.size() == 2U);
  kill(static_cast<pid_t>(to_signed(trim(words[1])).value()), SIGKILL);
  int status = 0;
  BOOST_TEST(waitpid(guard, &status, 0) == guard);
  BOOST_TEST(WEXITSTATUS(status) == 128 + SIGKILL);
  BOOST_TEST(ends_soon(to_signed(words[0]).value()));
}

// Whoever started us may ignore the ends of its children; nobody then learns how a command ended.
BOOST_AUTO_TEST_CASE(an_end_that_nobody_saw_is_no_success) {
  signal(SIGCHLD, SIG_IGN);
  const CommandResult result = run("exit 3");
  signal(SIGCHLD, SIG_DFL);
  BOOST_TEST((result.ending == CommandEnding::not_started || result.status == 3));
}

BOOST_AUTO_TEST_CASE(memory_of_the_largest_process) { BOOST_TEST(run("true").peak_memory > 100'000U); }

BOOST_AUTO_TEST_CASE(exports_in_both_shells_spellings) {
  const auto exports = parse_exports(
      "export A='x y'\nexport B=\"a\\\"b\\$c\"\nexport C\nexport D='1\n2'\nnoise\nexport E=plain\nexport "
      "F='it'\"'\"'s'\n");
  BOOST_TEST(exports.at("A") == "x y");
  BOOST_TEST(exports.at("B") == "a\"b$c");
  BOOST_TEST(!exports.contains("C"));
  BOOST_TEST(exports.at("D") == "1\n2");
  BOOST_TEST(exports.at("E") == "plain");
  BOOST_TEST(exports.at("F") == "it's");
}

BOOST_AUTO_TEST_SUITE_END()
