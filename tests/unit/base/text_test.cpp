#include "base/text.hpp"

#include <boost/test/unit_test.hpp>

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(base_text)

BOOST_AUTO_TEST_CASE(splits_and_keeps_empty_parts) {
  BOOST_TEST(split("a,,b", ',').size() == 3U);
  BOOST_TEST(split("", ',').size() == 1U);
  BOOST_TEST(split_lines("a\n\nb\n").size() == 3U);
  BOOST_TEST(split_lines("a\nb").size() == 2U);
  BOOST_TEST(split_lines("").empty());
}

BOOST_AUTO_TEST_CASE(numbers_are_whole_texts) {
  BOOST_TEST(to_unsigned("42").value() == 42U);
  for (const char* wrong : {"", " 1", "1 ", "-1", "+1", "0x1", "18446744073709551616", "1.0"})
    BOOST_TEST(!to_unsigned(wrong).has_value(), wrong);
  BOOST_TEST(to_double("2.5e3").value() == 2500.0);
  for (const char* wrong : {"nan", "inf", "-inf", "", "1,5", "1e999"})
    BOOST_TEST(!to_double(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_CASE(durations) {
  BOOST_TEST(to_seconds("90s").value() == 90);
  BOOST_TEST(to_seconds("0").value() == 0);
  BOOST_TEST(to_seconds("1h30m").value() == 5400);
  BOOST_TEST(to_seconds("2d").value() == 172800);
  for (const char* wrong : {"", "m", "1x", "-5s", "1 h", "90", "1h30", "00"})
    BOOST_TEST(!to_seconds(wrong).has_value(), wrong);
  for (const auto& [seconds, words] : std::vector<std::pair<std::int64_t, std::string>>{
           {0, "0"}, {90, "90s"}, {600, "10m"}, {7200, "2h"}, {7776000, "90d"}}) {
    BOOST_TEST(duration_words(seconds) == words);
    BOOST_TEST(to_seconds(words).value() == seconds);
  }
}

BOOST_AUTO_TEST_CASE(quotes_are_harmless) {
  BOOST_TEST(in_quotes("a\x1b[31m\n") == "'a\\x1b[31m\\x0a'");
  BOOST_TEST(in_quotes("abcdef", 3) == "'abc…'");
}

BOOST_AUTO_TEST_SUITE_END()
