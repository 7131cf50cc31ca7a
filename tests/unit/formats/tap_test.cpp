#include "support/parsed.hpp"
#include "support/support.hpp"

using namespace testfarm;
using enum TestOutcome;

namespace formats_tap {

const std::string tap_text =
    "TAP version 13\n1..5\nok 1 - one\nnot ok 2 - two\n  ---\n  message: 'it broke'\n  ...\n# two is 3\n"
    "ok 3 # SKIP no network\nnot ok 4 - four # TODO later\n    not ok 1 - inner\nok 5 - five\n";

}  // namespace formats_tap

BOOST_AUTO_TEST_SUITE(formats_tap)

BOOST_AUTO_TEST_CASE(results_directives_and_diagnostics) {
  const auto results = parsed(TestFormat::tap, tap_text);
  BOOST_TEST(
      (outcomes(results) ==
       Outcomes{{"one", passed}, {"two", failed}, {"test 3", skipped}, {"four", skipped}, {"five", passed}}));
  BOOST_TEST(results[1].message.find("it broke") != std::string::npos);
  BOOST_TEST(results[1].message.find("two is 3") != std::string::npos);
  BOOST_TEST(results[2].message == "SKIP no network");
}

BOOST_AUTO_TEST_CASE(promises) {
  const auto broken = [](const std::string& text) {
    const auto found = collected(TestFormat::tap, text);
    return found.broken_promises().empty() ? "" : found.broken_promises().front();
  };
  BOOST_TEST(broken("1..2\nok 1 - a\nok 2 - b\n").empty());
  BOOST_TEST(broken("ok 1 - a\nok 2 - b\n1..2\n").empty());
  BOOST_TEST(broken("TAP version 13\n1..5\nok 1 - a\nok 2 - b\n") ==
             "TAP: the plan was 1..5, and 2 tests came");
  BOOST_TEST(broken("1..1\nok 1 - a\nok 2 - b\n") == "TAP: the plan was 1..1, and 2 tests came");
  BOOST_TEST(broken("ok 1 - a\n") == "TAP: 1 test and no plan: \"1..1\" was never said");
  BOOST_TEST(broken("1..3\nok 1 - a\nBail out! database is gone\n") == "TAP: Bail out! database is gone");
  // Two programs, one after the other.
  BOOST_TEST(broken("1..1\nok 1 - a\n1..2\nok 1 - b\nok 2 - c\n").empty());
  BOOST_TEST(broken("ok 1 - a\n1..1\nok 1 - b\n1..1\n").empty());
  BOOST_TEST(broken("1..0 # SKIP no database\n").empty());
  BOOST_TEST(!collected(TestFormat::tap, "1..0 # SKIP no database\n").empty());
  BOOST_TEST(collected(TestFormat::tap, "1..0\n").empty());
}

BOOST_AUTO_TEST_CASE(names_have_no_times_and_no_escapes) {
  BOOST_TEST((outcomes(parsed(
                  TestFormat::tap,
                  "1..6\nok 1 - a # time=418ms\nok 2 - b \\# c\nok 3 - d # e\nok 4 f # SKIP see #12\n"
                  "not ok 5 - g # time=5.2ms # TODO later\nok 6 - h - i\n")) == Outcomes{{"a", passed},
                                                                                         {"b # c", passed},
                                                                                         {"d # e", passed},
                                                                                         {"f", skipped},
                                                                                         {"g", skipped},
                                                                                         {"h - i", passed}}));
  BOOST_TEST((outcomes(parsed(TestFormat::tap, "1..2\nok 1 works in 23ms\nok 2 more in 5ms\n")) ==
              Outcomes{{"works", passed}, {"more", passed}}));
  BOOST_TEST((outcomes(parsed(TestFormat::tap, "1..2\nok 1 answers in 23ms\nok 2 more\n")) ==
              Outcomes{{"answers in 23ms", passed}, {"more", passed}}));
  BOOST_TEST((outcomes(parsed(TestFormat::tap, "1..2\nok 1 - works\nnot ok 2 - works\n")) ==
              Outcomes{{"works", passed}, {"works (2)", failed}}));
}

BOOST_AUTO_TEST_CASE(todo_is_a_word) {
  BOOST_TEST(
      (outcomes(parsed(TestFormat::tap,
                       "1..3\nnot ok 1 - a # todolist\nnot ok 2 - b # TODO: later\nok 3 - c # skipped\n")) ==
       Outcomes{{"a # todolist", failed}, {"b", skipped}, {"c", skipped}}));
}

BOOST_AUTO_TEST_CASE(subtests_are_tests) {
  // As node, node-tap (buffered) and Test::More write them.
  for (const std::string text :
       {"1..2\n# Subtest: g\n    ok 1 - one\n    not ok 2 - two\n    1..2\nnot ok 1 - g\nok 2 - h\n",
        "1..2\nnot ok 1 - g {\n    ok 1 - one\n    not ok 2 - two\n    1..2\n}\nok 2 - h\n",
        "1..2\n    # Subtest: g\n    1..2\n    ok 1 - one\n    not ok 2 - two\nnot ok 1 - g\nok 2 - h\n"})
    BOOST_TEST((outcomes(parsed(TestFormat::tap, text)) ==
                Outcomes{{"g/one", passed}, {"g/two", failed}, {"h", passed}}),
               text);
  // Output that looks like subtests, and the verdict that knows better.
  BOOST_TEST((outcomes(parsed(TestFormat::tap, "1..1\n    not ok 1 - fake\nok 1 - a\n")) ==
              Outcomes{{"a", passed}}));
  BOOST_TEST((outcomes(parsed(TestFormat::tap, "1..1\n    1..1\n    not ok 1 - fake\nok 1 - a\n")) ==
              Outcomes{{"a", passed}}));
  // A parent that fails for a reason of its own.
  BOOST_TEST((outcomes(parsed(TestFormat::tap, "1..1\n    ok 1 - one\n    1..2\nnot ok 1 - g\n")) ==
              Outcomes{{"g/one", passed}, {"g", failed}}));
}

BOOST_AUTO_TEST_CASE(a_result_behind_other_output) {
  const auto found =
      collected(TestFormat::tap, "1..3\nok 1 - a\nLoading...ok 2 - b\nit is ok 7 times\nok 3 - c\n");
  BOOST_TEST((outcomes(found.results()) == Outcomes{{"a", passed}, {"b", passed}, {"c", passed}}));
  BOOST_TEST(found.broken_promises().empty());
  BOOST_TEST((outcomes(parsed(TestFormat::tap, "1..2\nok 1 - a\nLoading...not ok 2 - b\n")) ==
              Outcomes{{"a", passed}, {"b", failed}}));
}

BOOST_AUTO_TEST_SUITE_END()
