#include "schema/move.hpp"

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(schema_move)

BOOST_AUTO_TEST_CASE(a_signature_is_of_both_addresses) {
  const KeyPair farm = random_key_pair();
  const Move move = signed_move("https://a.net", "https://b.net", farm.secret_key);
  BOOST_TEST(fits(move, farm.public_key));
  BOOST_TEST(!fits(move, random_key_pair().public_key));
  BOOST_TEST(!fits({move.from, "https://c.net", move.signature}, farm.public_key));
  BOOST_TEST(!fits({"https://c.net", move.to, move.signature}, farm.public_key));
  BOOST_TEST(!fits({move.from, move.to, "none"}, farm.public_key));
}

BOOST_AUTO_TEST_CASE(a_file_has_several) {
  const KeyPair farm = random_key_pair();
  const auto moves =
      must(decode_moves(encode({signed_move("https://a.net", "https://c.net", farm.secret_key),
                                signed_move("https://b.net", "https://c.net", farm.secret_key)})));
  BOOST_REQUIRE(moves.size() == 2U);
  BOOST_TEST(moves[1].from == "https://b.net");
  BOOST_TEST(fits(moves[1], farm.public_key));
  BOOST_TEST(!decode_moves("<html>").has_value());
  BOOST_TEST(must(decode_moves("[]")).empty());
}

BOOST_AUTO_TEST_SUITE_END()
