#include "support/parsed.hpp"
#include "support/support.hpp"

using namespace testfarm;
using enum TestOutcome;

namespace formats_ctest {

const std::string ctest_text =
    "    Start 1: a/one\n1/4 Test #1: a/one ...........................   Passed    0.25 sec\n"
    "2/4 Test #2: two words ........................***Failed    1.50 sec\nwhat it said\n\n    Start 3: c\n"
    "3/4 Test #3: c ................................***Exception: SegFault  0.10 sec\n"
    "4/4 Test #4: d ................................***Not Run (Disabled)   0.00 sec\n\n50% tests passed, 2 "
    "tests failed out of 4\n";

}  // namespace formats_ctest

BOOST_AUTO_TEST_SUITE(formats_ctest)

BOOST_AUTO_TEST_CASE(results_and_what_they_say) {
  const auto results = parsed(TestFormat::ctest, ctest_text);
  BOOST_TEST((outcomes(results) ==
              Outcomes{{"a/one", passed}, {"two words", failed}, {"c", error}, {"d", skipped}}));
  BOOST_TEST(results[1].seconds == 1.5);
  BOOST_TEST(results[1].message == "Failed\nwhat it said");
  BOOST_TEST(results[2].message == "Exception: SegFault");
}

BOOST_AUTO_TEST_CASE(of_several_tries_the_last_counts) {
  const auto results =
      parsed(TestFormat::ctest,
             "1/2 Test #1: flaky ...***Failed    0.10 sec\n    Start 1: flaky\n"
             "    Test #1: flaky ...   Passed    0.20 sec\n2/2 Test #2: b ...   Passed    0.01 sec\n");
  BOOST_TEST((outcomes(results) == Outcomes{{"flaky", passed}, {"b", passed}}));
}

BOOST_AUTO_TEST_SUITE_END()
