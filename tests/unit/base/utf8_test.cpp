#include "base/utf8.hpp"

#include <boost/test/unit_test.hpp>

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(base_utf8)

BOOST_AUTO_TEST_CASE(knows_good_from_bad) {
  for (const char* good : {"", "abc", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x90\x84", "\xED\x9F\xBF"})
    BOOST_TEST(is_utf8(good), good);
  const char* bad[] = {"\x80",         "\xC0\xAF",         "\xE0\x80\xAF",
                       "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80",
                       "\xC3",         "\xE2\x82",         "a\xFF"};
  for (const char* text : bad) BOOST_TEST(!is_utf8(text));
}

BOOST_AUTO_TEST_CASE(repairs_each_maximal_bad_part_once) {
  BOOST_TEST(repaired_utf8("a\xFF\xFE"
                           "b") ==
             "a\xEF\xBF\xBD\xEF\xBF\xBD"
             "b");
  BOOST_TEST(repaired_utf8("\xE2\x82z") == "\xEF\xBF\xBDz");
  BOOST_TEST(repaired_utf8("\xE2\x82") == "\xEF\xBF\xBD");
}

// A character that is split between two pieces must come out whole, wherever the split is.
BOOST_AUTO_TEST_CASE(holds_back_split_characters) {
  const std::string text = "a\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x90\x84!";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Utf8Repair repair;
    std::string out = repair.feed(text.substr(0, cut));
    BOOST_TEST(is_utf8(out));
    out += repair.feed(text.substr(cut));
    out += repair.finish();
    BOOST_TEST(out == text);
  }
}

BOOST_AUTO_TEST_CASE(prefix_ends_at_a_character) {
  BOOST_TEST(utf8_prefix("a\xE2\x82\xAC", 3) == "a");
  BOOST_TEST(utf8_prefix("a\xE2\x82\xAC", 4) == "a\xE2\x82\xAC");
}

BOOST_AUTO_TEST_SUITE_END()
