#include "generator/pages/reproduce.hpp"

#include "unit/generator/site_fixture.hpp"

using namespace testfarm;

namespace generator_pages_reproduce {
ExecutionDocument failing(const std::string& line, const std::string& name = "source",
                          const std::string& revision = std::string(40, 'a')) {
  ExecutionDocument document;
  document.start.repositories.push_back(
      {.name = name, .url = "https://example.org/x.git", .revision = revision});
  document.start.facts = {{"system", "Debian\n12"}};
  DocumentTask task;
  task.start.name = "Build\ntouch hit";
  DocumentCommand fine{.line = "cd /home/v/sandbox/source && ./configure"};
  fine.end = CommandEnded{.success = true};
  task.commands = {fine, {.line = line}, {.line = "never"}};
  document.tasks.push_back(task);
  return document;
}
std::string script(const ExecutionDocument& document) {
  return reproduce_script(
      {{project_id("p"), *ClientId::parse("c")}, *ExecutionId::parse("20261121-000000-aaaaaa")}, document);
}
}  // namespace generator_pages_reproduce

using namespace generator_pages_reproduce;

BOOST_AUTO_TEST_SUITE(generator_pages_reproduce)

BOOST_AUTO_TEST_CASE(it_goes_up_to_the_command_that_failed) {
  const std::string text = script(failing("make it's"));
  BOOST_TEST(has(text, "git clone -- 'https://example.org/x.git' './source' || exit 1\n"), text);
  BOOST_TEST(has(text, "run 'make it'\\''s' || exit 1\n# The command above failed.\n"), text);
  BOOST_TEST(!has(text, "never"), text);
  BOOST_TEST(has(text, concat("testfarm run --force --local here --revision '", std::string(40, 'a'), "'\n")),
             text);
  BOOST_TEST(has(text, "was='/home/v/sandbox'"), text);
}

BOOST_AUTO_TEST_CASE(nothing_of_others_leaves_its_quotes_or_its_line) {
  const std::string text = script(failing("a\n'; touch hit; '\nb"));
  BOOST_TEST(has(text, "run 'a\n'\\''; touch hit; '\\''\nb' || exit 1\n"), text);
  BOOST_TEST(has(text, "# system: Debian?12\n"), text);
  BOOST_TEST(has(text, "# Task 1: Build?touch hit\n"), text);
  BOOST_TEST(shell_comment("a\xE2\x80\xAEz\xC2\x85!") == "a?z?!");
  BOOST_TEST(shell_quoted(std::string("a\0b", 3)) == "'ab'");
}

BOOST_AUTO_TEST_CASE(what_could_lead_elsewhere_is_not_used) {
  BOOST_TEST(has(script(failing("x", "../../etc")), "'./repository-1'"));
  BOOST_TEST(script(failing("x", "source", "-f")).empty());
  BOOST_TEST(script(failing("x", "source", "a b")).empty());
  BOOST_TEST(has(script(failing("x", "source", "1234")), "svn checkout -r '1234' -- "));
}

BOOST_AUTO_TEST_CASE(a_test_is_run_alone) {
  ExecutionDocument document = failing("cd b && ctest --output-on-failure | tee log");
  DocumentCommand& command = document.tasks[0].commands[1];
  const auto alone = [&](const std::string& line, const std::string& name) {
    command.line = line;
    command.tests = {{.name = "first"}, {.name = name, .outcome = TestOutcome::failed}};
    return script(document);
  };
  BOOST_TEST(
      has(alone("cd b && ctest -j2", "net.time(out)'s"), "ran it: ctest -R '^net\\.time\\(out\\)'\\''s$'\n"));
  BOOST_TEST(has(alone("python3 -m pytest -q", "t/test_a.py::test_b[1]"),
                 "ran it: python3 -m pytest 't/test_a.py::test_b[1]'\n"));
  BOOST_TEST(!has(alone("make check", "x"), "alone"));
  BOOST_TEST(!has(alone("ctest", "a\nb"), "alone"));
  command.output = "[ RUN      ] Net.Timeout\n";
  BOOST_TEST(has(alone("./tests", "Net.Timeout"), "ran it: its program with --gtest_filter='Net.Timeout'\n"));
}

BOOST_AUTO_TEST_CASE(what_passed_has_no_script) {
  ExecutionDocument document = failing("x");
  for (DocumentCommand& command : document.tasks[0].commands) command.end = CommandEnded{.success = true};
  BOOST_TEST(script(document).empty());
}

BOOST_AUTO_TEST_SUITE_END()
