#include "store/clients/group_invites.hpp"

#include <fstream>

#include "store/clients/register.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace store_clients_group_invites {
struct Fixture {
  TemporaryFarm farm;
  ClientNames names = must(ClientNames::parse("debian-*"));
  std::string secret;
  Fixture() {
    farm.client("debian-old");
    secret = must(invite_group(farm.layout(), project_id("p"), names, 2, 1000, day_ms));
  }
  Result<std::uint64_t> enter(const std::string& name, const KeyPair& keys, Millis now = 2000,
                              std::uint64_t most = 100) const {
    return register_by_group_invite(farm.layout(), client_key("p", name), secret, keys.public_key, most, now);
  }
  ErrorKind refused(const std::string& name, Millis now = 2000, std::uint64_t most = 100) const {
    const auto before = contents_of(farm.path());
    const auto entered = enter(name, random_key_pair(), now, most);
    BOOST_REQUIRE(!entered.has_value());
    BOOST_TEST((contents_of(farm.path()) == before));
    return entered.error().kind;
  }
};
}  // namespace store_clients_group_invites

BOOST_FIXTURE_TEST_SUITE(store_clients_group_invites, store_clients_group_invites::Fixture)

BOOST_AUTO_TEST_CASE(it_makes_so_many_clients_and_no_more) {
  const KeyPair gcc = random_key_pair();
  BOOST_TEST(must(enter("debian-gcc", gcc)) == 1U);
  BOOST_TEST(must(enter("debian-clang", random_key_pair())) == 1U);
  BOOST_TEST((refused("debian-tcc") == ErrorKind::unauthorized));
  // An answer may have been lost: also when all are used.
  BOOST_TEST(must(enter("debian-gcc", gcc)) == 1U);
  BOOST_TEST((must(read_client_register(farm.layout(), client_key("p", "debian-gcc"))).key(1)->key ==
              gcc.public_key));
}

BOOST_AUTO_TEST_CASE(it_opens_no_name_that_is_there) {
  BOOST_TEST((refused("debian-old") == ErrorKind::bad_input));
  must(enter("debian-gcc", random_key_pair()));
  BOOST_TEST((refused("debian-gcc") == ErrorKind::bad_input));
  // Neither one that it made, whose key was revoked.
  must(revoke_keys(farm.layout(), client_key("p", "debian-gcc"), std::nullopt, 3000));
  BOOST_TEST((refused("debian-gcc") == ErrorKind::bad_input));
}

BOOST_AUTO_TEST_CASE(wrong_old_and_withdrawn_ones_open_nothing) {
  BOOST_TEST((refused("fedora-gcc") == ErrorKind::unauthorized));
  BOOST_TEST((refused("debian-gcc", 1000 + day_ms + 1) == ErrorKind::unauthorized));
  BOOST_TEST((refused("debian-gcc", 2000, 1) == ErrorKind::too_large));
  must(revoke_keys(farm.layout(), client_key("p", "debian-old"), std::nullopt, 3000));
  const auto stolen = enter("debian-gcc", farm.keys_of(client_key("p", "debian-old")));
  BOOST_TEST((stolen.error().kind == ErrorKind::conflict));
  BOOST_TEST(must(withdraw_group_invites(farm.layout(), project_id("p"), names, 4000)) == 1U);
  BOOST_TEST(must(withdraw_group_invites(farm.layout(), project_id("p"), names, 4000)) == 0U);
  BOOST_TEST((refused("debian-gcc") == ErrorKind::unauthorized));
}

// Killed between the two steps, in the place where it hurts.
BOOST_AUTO_TEST_CASE(a_registration_that_was_cut_off_goes_on) {
  const Path file = farm.layout().invites(project_id("p"));
  must(enter("debian-gcc", random_key_pair()));
  std::ofstream(file, std::ios::app) << "{\"type\":\"used\",\"at\":1,\"hash\":\"" << invite_hash(secret)
                                     << "\",\"client\":\"debian-clang\"}\n{\"type\":\"us";
  BOOST_TEST(must(enter("debian-clang", random_key_pair())) == 1U);
  BOOST_TEST(must(read_group_invites(farm.layout(), project_id("p"))).at(invite_hash(secret)).used.size() ==
             2U);
}

// Over is over, also for a name that it was used for; but an answer may have been lost.
BOOST_AUTO_TEST_CASE(after_its_end_only_the_same_key_comes_again) {
  const KeyPair keys = random_key_pair();
  must(enter("debian-gcc", keys));
  must(withdraw_group_invites(farm.layout(), project_id("p"), names, 3000));
  BOOST_TEST(must(enter("debian-gcc", keys, 4000)) == 1U);
  std::filesystem::remove_all(farm.layout().client(client_key("p", "debian-gcc")));
  BOOST_TEST((refused("debian-gcc", 5000) == ErrorKind::unauthorized));
}

// Between the two steps of a registration the maintainer invited somebody by that name.
BOOST_AUTO_TEST_CASE(it_does_not_take_the_name_of_who_was_invited_meanwhile) {
  std::ofstream(farm.layout().invites(project_id("p")), std::ios::app)
      << "{\"type\":\"used\",\"at\":1,\"hash\":\"" << invite_hash(secret)
      << "\",\"client\":\"debian-clang\"}\n";
  must(invite_client(farm.layout(), client_key("p", "debian-clang"), 1500, day_ms));
  BOOST_TEST((refused("debian-clang") == ErrorKind::bad_input));
}

BOOST_AUTO_TEST_CASE(the_secret_is_not_kept) {
  BOOST_TEST(must(read_file(farm.layout().invites(project_id("p")))).find(secret) == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
