#include "formats/text_results.hpp"

#include "support/support.hpp"

using namespace testfarm;

namespace {

using Outcomes = std::map<std::string, TestOutcome>;

std::vector<TestResult> parsed(TestFormat format, const std::string& text) {
  TestCollector collector;
  const auto parser = test_parser(format);
  for (const auto line : split_lines(text)) parser->line(line, collector);
  parser->finish(collector);
  return collector.take();
}

Outcomes outcomes(const std::vector<TestResult>& results) {
  Outcomes all;
  for (const auto& result : results) all[result.name] = result.outcome;
  return all;
}

struct Fixture {
  TemporaryDirectory directory;
  std::vector<TestResult> junit(const std::string& text) const {
    must(replace_file(directory / "t.xml", text, Sync::no));
    TestCollector collector;
    must(read_junit(directory / "t.xml", collector));
    return collector.take();
  }
};

constexpr auto passed = TestOutcome::passed;
constexpr auto failed = TestOutcome::failed;
constexpr auto skipped = TestOutcome::skipped;
constexpr auto error = TestOutcome::error;

const std::string tap_text =
    "TAP version 13\n1..5\nok 1 - one\nnot ok 2 - two\n  ---\n  message: 'it broke'\n  ...\n# two is 3\n"
    "ok 3 # SKIP no network\nnot ok 4 - four # TODO later\n    not ok 1 - inner\nok 5 - five\n";
const std::string google_text =
    "[==========] Running 3 tests\n[ RUN      ] A.good\n[       OK ] A.good (12 ms)\n[ RUN      ] A.bad\n"
    "a_test.cc:3: Failure\nExpected: 1\n[  FAILED  ] A.bad, where GetParam() = 5 (3 ms)\n[ RUN      ] A.no\n"
    "[  SKIPPED ] A.no (0 ms)\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] A.bad, where GetParam() = "
    "5\n";
const std::string ctest_text =
    "    Start 1: a/one\n1/4 Test #1: a/one ...........................   Passed    0.25 sec\n"
    "2/4 Test #2: two words ........................***Failed    1.50 sec\nwhat it said\n\n    Start 3: c\n"
    "3/4 Test #3: c ................................***Exception: SegFault  0.10 sec\n"
    "4/4 Test #4: d ................................***Not Run (Disabled)   0.00 sec\n\n50% tests passed, 2 "
    "tests failed out of 4\n";
const std::string pytest_text =
    "tests/test_a.py::test_one PASSED                     [ 25%]\ntests/test_a.py::test_two[a b] FAILED    [ "
    "50%]\n"
    "tests/test_a.py::test_three SKIPPED (no net)         [ 75%]\ntests/test_a.py::test_four XFAIL (known) "
    "[100%]\n"
    "FAILED tests/test_a.py::test_two[a b] - AssertionError: 1 != 2\nERROR tests/test_b.py\n";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(formats_text_results, Fixture)

BOOST_AUTO_TEST_CASE(tap) {
  const auto results = parsed(TestFormat::tap, tap_text);
  BOOST_TEST(
      (outcomes(results) ==
       Outcomes{{"one", passed}, {"two", failed}, {"test 3", skipped}, {"four", skipped}, {"five", passed}}));
  BOOST_TEST(results[1].message.find("it broke") != std::string::npos);
  BOOST_TEST(results[1].message.find("two is 3") != std::string::npos);
  BOOST_TEST(results[2].message == "SKIP no network");
}

BOOST_AUTO_TEST_CASE(googletest) {
  const auto results = parsed(TestFormat::googletest, google_text);
  BOOST_TEST((outcomes(results) == Outcomes{{"A.good", passed}, {"A.bad", failed}, {"A.no", skipped}}));
  BOOST_TEST(results[0].seconds == 0.012);
  BOOST_TEST(results[1].message == "a_test.cc:3: Failure\nExpected: 1");
}

BOOST_AUTO_TEST_CASE(ctest) {
  const auto results = parsed(TestFormat::ctest, ctest_text);
  BOOST_TEST((outcomes(results) ==
              Outcomes{{"a/one", passed}, {"two words", failed}, {"c", error}, {"d", skipped}}));
  BOOST_TEST(results[1].seconds == 1.5);
  BOOST_TEST(results[1].message == "Failed\nwhat it said");
  BOOST_TEST(results[2].message == "Exception: SegFault");
}

BOOST_AUTO_TEST_CASE(pytest) {
  const auto results = parsed(TestFormat::pytest, pytest_text);
  BOOST_TEST((outcomes(results) == Outcomes{{"tests/test_a.py::test_one", passed},
                                            {"tests/test_a.py::test_two[a b]", failed},
                                            {"tests/test_a.py::test_three", skipped},
                                            {"tests/test_a.py::test_four", skipped},
                                            {"tests/test_b.py", error}}));
  BOOST_TEST(results[1].message == "AssertionError: 1 != 2");
}

BOOST_AUTO_TEST_CASE(the_format_is_found_by_itself) {
  for (const auto& [text, count] :
       std::map<std::string, std::size_t>{{tap_text, 5}, {google_text, 3}, {ctest_text, 4}, {pytest_text, 5}})
    BOOST_TEST(parsed(TestFormat::automatic, text).size() == count, text);
  BOOST_TEST(parsed(TestFormat::automatic, "okay\nnothing here\n").empty());
}

BOOST_AUTO_TEST_CASE(of_several_tries_the_last_counts) {
  const auto results =
      parsed(TestFormat::ctest,
             "1/2 Test #1: flaky ...***Failed    0.10 sec\n    Start 1: flaky\n"
             "    Test #1: flaky ...   Passed    0.20 sec\n2/2 Test #2: b ...   Passed    0.01 sec\n");
  BOOST_TEST((outcomes(results) == Outcomes{{"flaky", passed}, {"b", passed}}));
}

BOOST_AUTO_TEST_CASE(a_test_program_that_dies_within_a_test) {
  const auto results = parsed(TestFormat::googletest,
                              "[ RUN      ] A.good\n[       OK ] A.good (1 ms)\n[ RUN      ] A.dies\nsaid\n");
  BOOST_TEST((outcomes(results) == Outcomes{{"A.good", passed}, {"A.dies", error}}));
}

BOOST_AUTO_TEST_CASE(words_that_only_look_like_results) {
  const auto results = parsed(TestFormat::automatic, "ok 1 - a\nERROR refused as expected\nok 2 - b\n");
  BOOST_TEST((outcomes(results) == Outcomes{{"a", passed}, {"b", passed}}));
}

BOOST_AUTO_TEST_CASE(junit_of_many_writers) {
  const auto results = junit(
      "<?xml version='1.0'?><testsuites><testsuite name='s' tests='99'>"
      "<testcase classname='C' name='good' time='1,234.5'/>"
      "<testcase classname='C' name='bad'><failure message='one'/><failure message='two'>two\nat "
      "3</failure></testcase>"
      "<testcase classname='C' name='twice'/><testcase classname='C' name='twice'><error "
      "message='teardown'/></testcase>"
      "<testcase name='x' classname='x'><skipped/></testcase>"
      "<testcase name='gone' status='notrun'><skipped message='Unable to find executable'/></testcase>"
      "<testcase name='code' status='notrun'><skipped message='SKIP_RETURN_CODE=77'/></testcase>"
      "<testcase name='off' status='disabled'/><testcase name='sup' result='suppressed'/>"
      "<unknown><testcase name='deep'/></unknown></testsuite></testsuites>");
  BOOST_TEST((outcomes(results) == Outcomes{{"C/good", passed},
                                            {"C/bad", failed},
                                            {"C/twice", error},
                                            {"x", skipped},
                                            {"gone", error},
                                            {"code", skipped},
                                            {"off", skipped},
                                            {"sup", skipped},
                                            {"deep", passed}}));
  BOOST_TEST(results[0].seconds == 1234.5);
  BOOST_TEST(results[1].message == "one\ntwo\nat 3");
}

BOOST_AUTO_TEST_CASE(what_is_no_junit_is_told) {
  TestCollector collector;
  must(replace_file(directory / "t.xml", "<html/>", Sync::no));
  BOOST_TEST(read_junit(directory / "t.xml", collector).error().context.find("no JUnit") !=
             std::string::npos);
  must(replace_file(directory / "t.xml", "<testsuite>", Sync::no));
  BOOST_TEST((read_junit(directory / "t.xml", collector).error().kind == ErrorKind::bad_input));
  // No DTD: nothing is expanded, nothing is fetched.
  must(replace_file(
      directory / "t.xml",
      "<!DOCTYPE t [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><testsuite><testcase name='a&e;'/></testsuite>",
      Sync::no));
  must(read_junit(directory / "t.xml", collector));
  BOOST_TEST(collector.take()[0].name == "a&e;");
}

BOOST_AUTO_TEST_SUITE_END()
