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

BOOST_AUTO_TEST_SUITE_END()
