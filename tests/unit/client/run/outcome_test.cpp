#include "client/run/outcome.hpp"

#include "support/support.hpp"

using namespace testfarm;

namespace client_run_outcome {
struct Fixture {
  TemporaryDirectory directory;
  SystemCommandRunner runner{system_clock(), [] { return false; }, false};
  ShellState state = initial_shell_state(directory.path(), {"PATH"}, {});
  CommandResult result;
  Millis since = 0;
  CommandDefinition command;

  void info(const std::string& text) {
    command.info.push_back(must(parse_modifier(text, ModifierUse::info)));
  }
  void stats(const std::string& text) {
    command.stats.push_back(must(parse_modifier(text, ModifierUse::stats)));
  }
  void success(const std::string& text) {
    command.success = must(parse_modifier(text, ModifierUse::success));
  }
  Judged judged(const std::string& output) {
    must(replace_file(directory / "output", output, Sync::no));
    return must(judge_command(command, "Compile", result, directory / "output", state, runner, since));
  }
};
}  // namespace client_run_outcome

BOOST_FIXTURE_TEST_SUITE(client_run_outcome, client_run_outcome::Fixture)

BOOST_AUTO_TEST_CASE(built_in_lines) {
  const std::string output = "one\n\x1b[32mtwo\x1b[0m\nthree\n";
  for (const auto& [text, expected] : std::map<std::string, std::string>{{"first 1", "one"},
                                                                         {"last 2", "two\nthree"},
                                                                         {"last 9", "one\ntwo\nthree"},
                                                                         {"match ^t", "two\nthree"}}) {
    command.info.clear();
    info(text);
    BOOST_TEST(judged(output).info == expected, text);
  }
  info("first 1");
  BOOST_TEST(judged(output).info == "two\nthree\none");
}

BOOST_AUTO_TEST_CASE(programs_read_the_output) {
  result.status = 1;
  info("grep -c x");
  stats("echo lines $(wc -l); echo binary size 4.5; echo nonsense; echo bad nan");
  success("grep -q good");
  const Judged end = judged("x\nx\ngood\n");
  BOOST_TEST(end.info == "2");
  BOOST_TEST(end.stats.size() == 2U);
  BOOST_TEST(end.stats.at("lines") == 3);
  BOOST_TEST(end.stats.at("binary size") == 4.5);
  BOOST_TEST(end.success);
}

BOOST_AUTO_TEST_CASE(success_can_be_denied) {
  success("! grep -q ERROR");
  BOOST_TEST(!judged("ERROR\n").success);
  success("without ERR.R");
  BOOST_TEST(!judged("ERROR\n").success);
  BOOST_TEST(judged("fine\n").success);
  success("match ^done$");
  BOOST_TEST(judged("is\ndone\n").success);
  BOOST_TEST(!judged("is\n").success);
}

BOOST_AUTO_TEST_CASE(of_a_huge_output_the_end_that_matters_is_read) {
  std::string output = "first line\n";
  for (int i = 0; output.size() < (3U << 20); ++i) output += concat("line ", i, '\n');
  info("first 1");
  info("last 1");
  BOOST_TEST(judged(output + "the end\n").info == "first line\nthe end");
}

BOOST_AUTO_TEST_CASE(info_is_bounded) {
  info("cat");
  info("match x");
  BOOST_TEST(judged(std::string(1 << 20, 'x')).info.size() <= 16384U);
}

BOOST_AUTO_TEST_CASE(built_in_stats) {
  must(make_directories(directory / "src/.git"));
  must(replace_file(directory / "src/a.cpp", "one\n\n  \ntwo\n", Sync::no));
  must(replace_file(directory / "src/b.txt", "one\n", Sync::no));
  must(replace_file(directory / "src/.git/c.cpp", "one\n", Sync::no));
  result.duration = 1500;
  result.peak_memory = 3 << 20;
  for (const char* text : {"time", "memory", "warnings", "sloc src", "number tests run = ([0-9]+) tests"})
    stats(text);
  const Stats all = judged(
                        "a.c:1:2: warning: x\nb.c(3): warning C4700: y\nc.c:1: error: z\nwarning of nothing\n"
                        "3 tests\n17 tests\n")
                        .stats;
  const Stats expected{{"Compile: time, s", 1.5}, {"Compile: memory, MiB", 3}, {"Compile: warnings", 2},
                       {"Compile: errors", 1},    {"lines of .cpp", 2},        {"tests run", 17}};
  BOOST_TEST((all == expected));
}

BOOST_AUTO_TEST_CASE(a_failed_test_fails_its_command) {
  command.tests = TestFormat::tap;
  const Judged end = judged("1..2\nok 1 - a\nnot ok 2 - b\n");
  BOOST_TEST(end.tests.size() == 2U);
  BOOST_TEST(!end.success);
  BOOST_TEST(end.stats.at("Compile: failed tests") == 1);
  success("true");
  BOOST_TEST(judged("not ok 1 - b\n").success);
}

BOOST_AUTO_TEST_CASE(test_files_are_found_by_pattern) {
  must(make_directories(directory / "build/a"));
  must(replace_file(directory / "build/a/t.xml", "<testsuite><testcase name='x'/></testsuite>", Sync::no));
  must(replace_file(directory / "build/broken.xml", "<testsuite><testcase name='y'", Sync::no));
  command.junit = {"build/**/*.xml"};
  const Judged end = judged("");
  BOOST_REQUIRE(end.tests.size() == 1U);
  BOOST_TEST(end.tests[0].name == "x");
  BOOST_TEST(end.info.find("broken.xml") != std::string::npos, end.info);
  BOOST_TEST(!end.success);
  BOOST_TEST(end.reason.find("build/broken.xml cannot be read on from line 1") != std::string::npos,
             end.reason);
}

BOOST_AUTO_TEST_CASE(what_an_earlier_execution_left_does_not_count) {
  must(replace_file(directory / "old.xml", "<testsuite><testcase name='x'><failure/></testcase></testsuite>",
                    Sync::no));
  command.junit = {"*.xml"};
  BOOST_TEST(judged("").tests.size() == 1U);
  since = system_clock().now() + minute_ms;
  const Judged old = judged("");
  BOOST_TEST(old.tests.empty());
  BOOST_TEST(!old.success);
  BOOST_TEST(old.reason.find("old.xml was written") == 0U, old.reason);
  command.max_age = hour_ms;
  BOOST_TEST(judged("").tests.size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_was_promised_and_did_not_come_is_a_failure) {
  command.tests = TestFormat::googletest;
  BOOST_TEST(judged("hello\n").reason ==
             "no test result of the format googletest in the output (allow_empty = true allows that)");
  BOOST_TEST(!judged("hello\n").success);
  command.allow_empty = true;
  BOOST_TEST(judged("hello\n").success);
  command.allow_empty = false;
  command.tests = TestFormat::automatic;
  BOOST_TEST(!judged("hello\n").success);
  command.tests = TestFormat::none;
  command.junit = {"none/*.xml"};
  BOOST_TEST(judged("").reason == "there is no file none/*.xml (allow_empty = true allows that)");
}

BOOST_AUTO_TEST_CASE(the_reason_names_what_failed) {
  command.tests = TestFormat::tap;
  BOOST_TEST(judged("1..3\nok 1 - a\nnot ok 2 - b\nnot ok 3 - c\n").reason == "2 of 3 tests failed: b, c");
  BOOST_TEST(judged("1..2\nok 1 - a\n").reason == "TAP: the plan was 1..2, and 1 test came");
}

BOOST_AUTO_TEST_CASE(what_was_printed_and_what_was_written_are_one_run) {
  must(replace_file(directory / "t.xml",
                    "<testsuite><testcase classname='A' name='b' result='completed'/></testsuite>",
                    Sync::no));
  command.tests = TestFormat::googletest;
  command.junit = {"t.xml"};
  const Judged both = judged(
      "[==========] Running 1 test from 1 test suite.\n[ RUN      ] A.b\n[       OK ] A.b (1 "
      "ms)\n[==========] 1 test from 1 test suite ran.\n");
  BOOST_REQUIRE(both.tests.size() == 1U);
  BOOST_TEST(both.tests[0].name == "A.b");
  BOOST_TEST(both.success);
}

BOOST_AUTO_TEST_CASE(words_of_a_built_in_that_make_no_sense_are_told) {
  for (const char* text : {"first", "last x", "match", "match ("})
    BOOST_TEST(!parse_modifier(text, ModifierUse::info).has_value(), text);
  for (const char* text : {"time now", "sloc", "number x", "number = x"})
    BOOST_TEST(!parse_modifier(text, ModifierUse::stats).has_value(), text);
  BOOST_TEST(
      (must(parse_modifier("command time -p true", ModifierUse::stats)).kind == Modifier::Kind::program));
}

BOOST_AUTO_TEST_SUITE_END()
