#include "store/log/expired_list.hpp"

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(store_log_expired_list)

BOOST_AUTO_TEST_CASE(who_is_on_the_list_is_found_and_nobody_else) {
  TemporaryFarm farm;
  const ClientKey client = farm.client();
  std::vector<ExecutionKey> all;
  for (char c = 'a'; c <= 'z'; ++c)
    all.push_back(execution_key(client, concat("20261121-000000-", std::string(6, c))));
  std::filesystem::create_directories(farm.layout().month(all[0]));
  BOOST_TEST(!must(is_expired(farm.layout(), all[0])));
  std::vector<ExecutionKey> some;
  for (std::size_t i = 0; i < all.size(); i += 3) some.push_back(all[i]);
  must(add_expired(farm.layout(), {some.back(), some.front()}, farm.clock().now()));
  must(add_expired(farm.layout(), some, farm.clock().now() + 3 * day_ms));
  for (std::size_t i = 0; i < all.size(); ++i)
    BOOST_TEST(must(is_expired(farm.layout(), all[i])) == (i % 3 == 0), i);
}

BOOST_AUTO_TEST_SUITE_END()
