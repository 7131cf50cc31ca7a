#include <signal.h>
#include <unistd.h>

#include "client/command_runner.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace {

struct Fixture {
  TemporaryDirectory directory;
  SystemCommandRunner runner{system_clock()};
  ShellState state = initial_shell_state(directory.path());
  std::string output;

  CommandResult run(const std::string& line, Millis timeout = minute_ms,
                    const std::optional<Path>& input = {}) {
    output.clear();
    return must(runner.run(line, state, timeout, input, [&](std::string_view bytes) -> Status {
      output += bytes;
      return {};
    }));
  }
};

// Gone, or a zombie that only waits for somebody to ask.
bool ends_soon(std::int64_t process) {
  for (int i = 0; i < 250; ++i) {
    const auto status = read_file(cat("/proc/", process, "/stat"));
    if (!status || status->find(") Z ") != std::string::npos) return true;
    usleep(20000);
  }
  return false;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_process, Fixture)

BOOST_AUTO_TEST_CASE(output_and_status) {
  BOOST_TEST(run("echo out; echo err >&2; exit 3").status == 3);
  BOOST_TEST(output == "out\nerr\n");
  BOOST_TEST((run("kill -9 $$").ending == CommandEnding::signalled));
  BOOST_TEST(run("if").status == 2);
  BOOST_TEST((run("true").ending == CommandEnding::exited));
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

BOOST_AUTO_TEST_CASE(stdin_is_the_file_or_empty) {
  BOOST_TEST(run("cat").status == 0);
  BOOST_TEST(output.empty());
  must(replace_file(directory / "in", "hello", Sync::no));
  run("cat", minute_ms, directory / "in");
  BOOST_TEST(output == "hello");
}

BOOST_AUTO_TEST_CASE(a_timeout_kills_the_whole_group) {
  const CommandResult result = run("sleep 300 & echo $!; sleep 300", 200);
  BOOST_TEST((result.ending == CommandEnding::timed_out));
  BOOST_TEST(ends_soon(to_signed(trim(output)).value()));
}

BOOST_AUTO_TEST_CASE(a_stubborn_command_is_killed_hard) {
  BOOST_TEST((run("trap '' TERM; while true; do sleep 1; done", 100).ending == CommandEnding::timed_out));
}

BOOST_AUTO_TEST_CASE(what_stays_behind_neither_blocks_nor_survives) {
  run("sleep 300 & echo $!");
  BOOST_TEST(ends_soon(to_signed(trim(output)).value()));
}

// A full disk where the output should go: the command must not go on without anybody.
BOOST_AUTO_TEST_CASE(an_error_of_the_listener_ends_the_command) {
  std::string first;
  const auto result =
      runner.run("echo $$; sleep 300", state, minute_ms, {}, [&](std::string_view bytes) -> Status {
        first += bytes;
        if (bytes.empty()) return {};
        return fail(ErrorKind::no_space, "full");
      });
  BOOST_TEST((result.error().kind == ErrorKind::no_space));
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
