#include "formats/text_results.hpp"

#include "support/parsed.hpp"
#include "support/support.hpp"

using namespace testfarm;
using enum TestOutcome;

BOOST_AUTO_TEST_SUITE(formats_text_results)

BOOST_AUTO_TEST_CASE(the_format_is_found_by_itself) {
  for (const std::string text :
       {"ok 1 - a\nnot ok 2 - b\n",
        "[ RUN      ] A.a\n[       OK ] A.a (12 ms)\n[ RUN      ] A.b\n[  FAILED  ] A.b (3 ms)\n",
        "1/2 Test #1: a ......   Passed    0.25 sec\n2/2 Test #2: b ......***Failed    1.50 sec\n",
        "t.py::a PASSED     [ 50%]\nt.py::b FAILED     [100%]\n"})
    BOOST_TEST(parsed(TestFormat::automatic, text).size() == 2, text);
  BOOST_TEST(parsed(TestFormat::automatic, "okay\nnothing here\n").empty());
}

BOOST_AUTO_TEST_CASE(words_that_only_look_like_results) {
  const auto results = parsed(TestFormat::automatic, "ok 1 - a\nERROR refused as expected\nok 2 - b\n");
  BOOST_TEST((outcomes(results) == Outcomes{{"a", passed}, {"b", passed}}));
}

BOOST_AUTO_TEST_SUITE_END()
