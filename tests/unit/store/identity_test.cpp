#include "store/identity.hpp"

#include <sys/stat.h>

#include <fstream>

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(store_identity)

BOOST_AUTO_TEST_CASE(it_stays_when_the_address_changes) {
  TemporaryFarm farm;
  FarmConfig config = must(read_farm_config(farm.layout()));
  const FarmIdentity first = must(identity_of(farm.layout(), config, 1000));
  BOOST_TEST(first.tags == "tag:ci.example.org,2026:testfarm/");
  config.base_url = "https://builds.example.net/ci";
  const FarmIdentity later = must(identity_of(farm.layout(), config, 2000));
  BOOST_TEST(later.tags == first.tags);
  BOOST_TEST(later.made_at == first.made_at);
  BOOST_TEST((later.keys.public_key == first.keys.public_key));
}

BOOST_AUTO_TEST_CASE(a_farm_from_before_gets_one) {
  TemporaryFarm farm;
  std::filesystem::remove(farm.layout().identity());
  BOOST_TEST(!must(read_identity(farm.layout())).has_value());
  const FarmConfig config = must(read_farm_config(farm.layout()));
  must(identity_of(farm.layout(), config, 1000));
  BOOST_REQUIRE(must(read_identity(farm.layout())).has_value());
  struct stat facts {};
  BOOST_REQUIRE(stat(farm.layout().identity().c_str(), &facts) == 0);
  BOOST_TEST((facts.st_mode & 0777U) == 0600U);
}

// A farm that is not recognised says so: a new identity would be another farm to all who know it.
BOOST_AUTO_TEST_CASE(a_damaged_one_is_not_replaced) {
  TemporaryFarm farm;
  std::ofstream(farm.layout().identity()) << "{\"version\":1,\"tags\":";
  const FarmConfig config = must(read_farm_config(farm.layout()));
  const auto refused = identity_of(farm.layout(), config, 1000);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().kind == ErrorKind::bad_input));
  BOOST_TEST(refused.error().context.find("put it back from a backup") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
