#include "store/clients/usage.hpp"

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(store_clients_usage)

BOOST_AUTO_TEST_CASE(a_day_is_added_up_and_forgotten) {
  TemporaryFarm farm;
  const ClientKey client = farm.client();
  const Millis now = farm.clock().now();
  BOOST_TEST(must(usage_of_day(farm.layout(), client, now)).bytes == 0U);
  must(add_usage(farm.layout(), client, now, {1000, 1}));
  BOOST_TEST(must(add_usage(farm.layout(), client, now, {500, 0})).bytes == 1500U);
  const Usage usage = must(usage_of_day(farm.layout(), client, now + 23 * hour_ms));
  BOOST_TEST(usage.bytes == 1500U);
  BOOST_TEST(usage.executions == 1U);
  BOOST_TEST(must(usage_of_day(farm.layout(), client, now + day_ms)).bytes == 0U);
  must(replace_file(farm.layout().client_usage(client), "nonsense", Sync::no));
  BOOST_TEST(must(usage_of_day(farm.layout(), client, now)).bytes == 0U);
  BOOST_TEST(must(add_usage(farm.layout(), client, now, {7, 1})).bytes == 7U);
}

BOOST_AUTO_TEST_SUITE_END()
