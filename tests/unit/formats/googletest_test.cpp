#include "support/parsed.hpp"
#include "support/support.hpp"

using namespace testfarm;
using enum TestOutcome;

namespace formats_googletest {

const std::string google_text =
    "[==========] Running 3 tests\n[ RUN      ] A.good\n[       OK ] A.good (12 ms)\n[ RUN      ] A.bad\n"
    "a_test.cc:3: Failure\nExpected: 1\n[  FAILED  ] A.bad, where GetParam() = 5 (3 ms)\n[ RUN      ] A.no\n"
    "[  SKIPPED ] A.no (0 ms)\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] A.bad, where GetParam() = "
    "5\n";

}  // namespace formats_googletest

BOOST_AUTO_TEST_SUITE(formats_googletest)

BOOST_AUTO_TEST_CASE(results_and_what_they_say) {
  const auto results = parsed(TestFormat::googletest, google_text);
  BOOST_TEST((outcomes(results) == Outcomes{{"A.good", passed}, {"A.bad", failed}, {"A.no", skipped}}));
  BOOST_TEST(results[0].seconds == 0.012);
  BOOST_TEST(results[1].message == "a_test.cc:3: Failure\nExpected: 1");
}

BOOST_AUTO_TEST_CASE(a_test_program_that_dies_within_a_test) {
  const auto results = parsed(TestFormat::googletest,
                              "[ RUN      ] A.good\n[       OK ] A.good (1 ms)\n[ RUN      ] A.dies\nsaid\n");
  BOOST_TEST((outcomes(results) == Outcomes{{"A.good", passed}, {"A.dies", error}}));
}

BOOST_AUTO_TEST_SUITE_END()
