#include "base/gzip.hpp"

#include "support/basics.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(base_gzip)

BOOST_AUTO_TEST_CASE(round_trips) {
  for (const std::string& text : {std::string(), std::string("abc"), std::string(1 << 20, 'x')})
    BOOST_TEST((must(gunzip(must(gzip(text)), 2 << 20)) == text));
}

BOOST_AUTO_TEST_CASE(a_bomb_stops_at_the_cap) {
  const std::string bomb = must(gzip(std::string(50 << 20, '\0')));
  BOOST_TEST(bomb.size() < 100000U);
  BOOST_TEST(gunzip(bomb, 1 << 20).error().kind == ErrorKind::too_large);
}

BOOST_AUTO_TEST_CASE(every_cut_is_an_error) {
  const std::string whole = must(gzip("a text that is not too short to be packed"));
  for (std::size_t size = 0; size < whole.size(); ++size)
    BOOST_TEST(gunzip(whole.substr(0, size), 1000).error().kind == ErrorKind::bad_input);
}

BOOST_AUTO_TEST_CASE(crc_of_the_check_string) { BOOST_TEST(crc32_of("123456789") == 0xCBF43926U); }

// A loose object of git, cut at every byte: what libgit2 1.5 reads for ever.
BOOST_AUTO_TEST_CASE(a_whole_zlib_stream_is_told_from_a_part) {
  const std::string whole("\x78\x01\x4b\xca\xc9\x4f\x52\x30\x62\x30\xe4\x02\x00\x0e\x04\x02\x2d", 17);
  for (std::size_t size = 0; size < whole.size(); ++size) BOOST_TEST(!is_whole_zlib(whole.substr(0, size)));
  BOOST_TEST(is_whole_zlib(whole));
  BOOST_TEST(!is_whole_zlib(whole + "x"));
  std::string flipped = whole;
  flipped[6] ^= 1;
  BOOST_TEST(!is_whole_zlib(flipped));
}

BOOST_AUTO_TEST_SUITE_END()
