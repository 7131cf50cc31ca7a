#include "support/parsed.hpp"
#include "support/support.hpp"

using namespace testfarm;
using enum TestOutcome;

namespace formats_pytest {

const std::string pytest_text =
    "tests/test_a.py::test_one PASSED                     [ 25%]\ntests/test_a.py::test_two[a b] FAILED    [ "
    "50%]\n"
    "tests/test_a.py::test_three SKIPPED (no net)         [ 75%]\ntests/test_a.py::test_four XFAIL (known) "
    "[100%]\n"
    "FAILED tests/test_a.py::test_two[a b] - AssertionError: 1 != 2\nERROR tests/test_b.py\n";

}  // namespace formats_pytest

BOOST_AUTO_TEST_SUITE(formats_pytest)

BOOST_AUTO_TEST_CASE(verbose_lines_and_the_summary) {
  const auto results = parsed(TestFormat::pytest, pytest_text);
  BOOST_TEST((outcomes(results) == Outcomes{{"tests/test_a.py::test_one", passed},
                                            {"tests/test_a.py::test_two[a b]", failed},
                                            {"tests/test_a.py::test_three", skipped},
                                            {"tests/test_a.py::test_four", skipped},
                                            {"tests/test_b.py", error}}));
  BOOST_TEST(results[1].message == "AssertionError: 1 != 2");
}

BOOST_AUTO_TEST_SUITE_END()
