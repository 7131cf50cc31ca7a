#include "store/clients/register.hpp"

#include <fstream>

#include "support/support.hpp"

using namespace testfarm;

namespace store_clients_register {
struct Fixture {
  TemporaryFarm farm;
  ClientKey client = client_key("p", "x");
  KeyPair keys = random_key_pair();
  std::string secret = must(invite_client(farm.layout(), client, 1000, day_ms));
  Result<std::uint64_t> enter(const std::string& with, const KeyPair& pair, Millis now = 2000) const {
    return register_key(farm.layout(), client, with, pair.public_key, now);
  }
};
}  // namespace store_clients_register

BOOST_FIXTURE_TEST_SUITE(store_clients_register, store_clients_register::Fixture)

BOOST_AUTO_TEST_CASE(an_invite_opens_once_but_an_answer_may_get_lost) {
  BOOST_TEST(must(enter(secret, keys)) == 1U);
  BOOST_TEST(must(enter(secret, keys)) == 1U);
  BOOST_TEST(enter(secret, random_key_pair()).error().kind == ErrorKind::unauthorized);
}

BOOST_AUTO_TEST_CASE(wrong_and_old_invites_open_nothing) {
  const auto before = contents_of(farm.path());
  BOOST_TEST(!enter("wrong", keys).has_value());
  BOOST_TEST(!enter(secret, keys, 1000 + day_ms + 1).has_value());
  BOOST_TEST((contents_of(farm.path()) == before));
}

BOOST_AUTO_TEST_CASE(the_secret_is_not_kept) {
  BOOST_TEST(must(read_file(farm.layout().client_log(client))).find(secret) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(revocation_is_at_once) {
  must(enter(secret, keys));
  const std::string second = must(invite_client(farm.layout(), client, 3000, day_ms));
  BOOST_TEST(must(enter(second, random_key_pair())) == 2U);
  BOOST_TEST(must(revoke_keys(farm.layout(), client, 1, 4000)) == 1U);
  const ClientRegister known = must(read_client_register(farm.layout(), client));
  BOOST_TEST((known.key(1) == nullptr));
  BOOST_TEST((known.key(2) != nullptr));
  const std::string third = must(invite_client(farm.layout(), client, 5000, day_ms));
  BOOST_TEST(must(revoke_keys(farm.layout(), client, std::nullopt, 6000)) == 1U);
  BOOST_TEST(!enter(third, keys, 7000).has_value());
}

// Whoever stole it knows it still: under the same name and under any other.
BOOST_AUTO_TEST_CASE(a_revoked_key_never_comes_back) {
  must(enter(secret, keys));
  must(revoke_keys(farm.layout(), client, std::nullopt, 4000));
  const std::string second = must(invite_client(farm.layout(), client, 5000, day_ms));
  BOOST_TEST((enter(second, keys, 6000).error().kind == ErrorKind::conflict));
  BOOST_TEST(must(enter(second, random_key_pair(), 7000)) == 2U);
  const ClientKey other = client_key("p", "other");
  const std::string third = must(invite_client(farm.layout(), other, 8000, day_ms));
  const auto again = register_key(farm.layout(), other, third, keys.public_key, 9000);
  BOOST_TEST((again.error().kind == ErrorKind::conflict));
}

BOOST_AUTO_TEST_CASE(invites_are_withdrawn_and_keys_stay) {
  must(enter(secret, keys));
  const std::string second = must(invite_client(farm.layout(), client, 3000, day_ms));
  BOOST_TEST(must(withdraw_invites(farm.layout(), client, 4000)) == 1U);
  BOOST_TEST(must(withdraw_invites(farm.layout(), client, 4000)) == 0U);
  BOOST_TEST((enter(second, random_key_pair()).error().kind == ErrorKind::unauthorized));
  BOOST_TEST((must(read_client_register(farm.layout(), client)).key(1) != nullptr));
}

BOOST_AUTO_TEST_CASE(a_torn_line_costs_only_itself) {
  must(enter(secret, keys));
  std::ofstream(farm.layout().client_log(client), std::ios::app) << "{\"type\":\"ke";
  const std::string second = must(invite_client(farm.layout(), client, 3000, day_ms));
  BOOST_TEST(must(enter(second, random_key_pair())) == 2U);
  BOOST_TEST(must(read_client_register(farm.layout(), client)).keys.size() == 2U);
}

BOOST_AUTO_TEST_CASE(unknown_clients_are_not_found) {
  BOOST_TEST(
      (read_client_register(farm.layout(), client_key("p", "nobody")).error().kind == ErrorKind::not_found));
  BOOST_TEST(
      (invite_client(farm.layout(), client_key("none", "x"), 1, 1).error().kind == ErrorKind::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
