#include "base/crypto.hpp"

#include <boost/test/unit_test.hpp>

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(base_crypto)

BOOST_AUTO_TEST_CASE(base64_round_trips_and_refuses_garbage) {
  for (const std::string& text :
       {std::string(), std::string("a"), std::string("ab"), std::string("abc"), std::string("\0\xff\x10", 3)})
    BOOST_TEST(from_base64(to_base64(text)).value() == text);
  for (const char* wrong : {"a", "a===", "ab!d", "YWJj\n"})
    BOOST_TEST(!from_base64(wrong).has_value(), wrong);
}

// RFC 7693, appendix A, has "abc" for 64 bytes; that of 32 is of b2sum --length 256.
BOOST_AUTO_TEST_CASE(blake2b_of_abc) {
  BOOST_TEST(to_hex(blake2b("abc")) == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

BOOST_AUTO_TEST_CASE(sha256_of_abc) {
  BOOST_TEST(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

BOOST_AUTO_TEST_CASE(a_signature_fits_only_its_message_and_key) {
  const KeyPair one = random_key_pair();
  const KeyPair other = random_key_pair();
  Signature signature = sign("message", one.secret_key);
  BOOST_TEST(verify("message", signature, one.public_key));
  BOOST_TEST(!verify("massage", signature, one.public_key));
  BOOST_TEST(!verify("message", signature, other.public_key));
  signature[3] ^= 1;
  BOOST_TEST(!verify("message", signature, one.public_key));
}

// Found by forging: a signature with a byte that is no letter of base64 was taken for the one without.
BOOST_AUTO_TEST_CASE(base64_has_one_spelling) {
  const std::string text = to_base64(random_bytes(64));
  for (std::size_t at = 0; at < text.size(); ++at)
    for (int byte = 0; byte < 256; ++byte) {
      std::string other = text;
      other[at] = static_cast<char>(byte);
      if (other == text) continue;
      const auto read = from_base64(other);
      BOOST_TEST((!read || to_base64(*read) == other), "byte " << byte << " at " << at);
    }
}

BOOST_AUTO_TEST_SUITE_END()
