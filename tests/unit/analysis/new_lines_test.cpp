#include "analysis/new_lines.hpp"

#include "base/text.hpp"
#include "support/basics.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(analysis_new_lines)

namespace {
NewLines compare(std::string_view before, std::string_view now) {
  LineComparison lines;
  lines.known(before);
  lines.said(now);
  return lines.found();
}
}  // namespace

BOOST_AUTO_TEST_CASE(what_differs_from_run_to_run_is_not_new) {
  const NewLines news =
      compare("[1/90] Building a.cpp\n/home/ann/build/x.o done in 3.2 s at 12:01:07\nptr 0x7ffd1234abcd\n",
              "[17/91] Building a.cpp\n/srv/bob/x.o done in 14 s at 09:59:59\nptr "
              "0x0000deadbeef\n\nx.cpp:4:2: error: no\n");
  BOOST_TEST(news.lines == std::vector<std::string>{"x.cpp:4:2: error: no"},
             boost::test_tools::per_element());
  BOOST_TEST(news.all_compared);
}

BOOST_AUTO_TEST_CASE(each_is_told_once_without_colours) {
  const NewLines news = compare("fine\n", "\x1b[31mworse 1\x1b[0m\nfine\nworse 2\nbad\n");
  BOOST_TEST(news.lines == (std::vector<std::string>{"worse 1", "bad"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(of_many_those_around_the_first_error_are_told) {
  std::string now;
  for (char a = 'a'; a <= 'z'; ++a)
    for (char b = 'a'; b <= 'j'; ++b) now += concat("step ", a, b, 'x', '\n');
  now += "x.cpp:1:1: error: here\n";
  for (char a = 'a'; a <= 'z'; ++a) now += concat("later ", a, "yx\n") + concat("and ", a, "zz\n");
  const NewLines news = compare("", now);
  BOOST_TEST(news.lines.size() == most_new_lines);
  BOOST_TEST(news.before == 260U - 8U);
  BOOST_TEST(news.lines[8] == "x.cpp:1:1: error: here");
  BOOST_TEST(news.before + news.lines.size() + news.after == 260U + 1U + 52U);
}

BOOST_AUTO_TEST_CASE(an_endless_output_is_compared_in_part_and_says_so) {
  std::string endless;
  for (std::size_t i = 0; i <= most_lines_compared; ++i) endless += "same\n";
  BOOST_TEST(!compare(endless, "same\n").all_compared);
  BOOST_TEST(!compare("same\n", endless + "new at the end\n").all_compared);
}

BOOST_AUTO_TEST_SUITE_END()
