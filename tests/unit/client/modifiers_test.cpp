#include "client/modifiers.hpp"

#include "support/support.hpp"

using namespace testfarm;

namespace {
struct Fixture {
  TemporaryDirectory directory;
  SystemCommandRunner runner{system_clock()};
  ShellState state = initial_shell_state(directory.path());
  CommandEnded apply(const CommandDefinition& command, const std::string& output, bool success = true) {
    must(replace_file(directory / "output", output, Sync::no));
    CommandEnded end{1, 1, CommandEnding::exited, success ? 0 : 1, success, 0, "", {}, 0, 0};
    must(apply_modifiers(command, directory / "output", state, runner, end));
    return end;
  }
};
}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_modifiers, Fixture)

BOOST_AUTO_TEST_CASE(built_in_lines) {
  const std::string output = "one\n\x1b[32mtwo\x1b[0m\nthree\n";
  BOOST_TEST(apply({"", 0, "first 1", "", ""}, output).info == "one");
  BOOST_TEST(apply({"", 0, "last 2", "", ""}, output).info == "two\nthree");
  BOOST_TEST(apply({"", 0, "last 9", "", ""}, output).info == "one\ntwo\nthree");
}

BOOST_AUTO_TEST_CASE(programs_read_the_output) {
  const CommandEnded end =
      apply({"", 0, "grep -c x", "echo lines $(wc -l); echo binary size 4.5; echo nonsense; echo bad nan",
             "grep -q good"},
            "x\nx\ngood\n", false);
  BOOST_TEST(end.info == "2");
  BOOST_TEST(end.stats.size() == 2U);
  BOOST_TEST(end.stats.at("lines") == 3);
  BOOST_TEST(end.stats.at("binary size") == 4.5);
  BOOST_TEST(end.success);
}

BOOST_AUTO_TEST_CASE(success_can_be_denied) {
  BOOST_TEST(!apply({"", 0, "", "", "! grep -q ERROR"}, "ERROR\n").success);
}

BOOST_AUTO_TEST_CASE(of_a_huge_output_the_end_that_matters_is_read) {
  std::string output = "first line\n";
  for (int i = 0; output.size() < (3U << 20); ++i) output += cat("line ", i, '\n');
  BOOST_TEST(apply({"", 0, "first 1", "", ""}, output).info == "first line");
  BOOST_TEST(apply({"", 0, "last 1", "", ""}, output + "the end\n").info == "the end");
}

BOOST_AUTO_TEST_CASE(info_is_bounded) {
  BOOST_TEST(apply({"", 0, "cat", "", ""}, std::string(1 << 20, 'x')).info.size() <= 16384U);
}

BOOST_AUTO_TEST_SUITE_END()
