#include "store/retired.hpp"

#include <fstream>

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(store_retired)

BOOST_AUTO_TEST_CASE(who_began_nothing_since_is_retired) {
  TemporaryFarm farm;
  const ClientKey client = farm.client("old-mac");
  const Millis now = farm.clock().now();
  BOOST_TEST(must(read_retired(farm.layout(), client.project)).empty());
  BOOST_TEST(must(retire_client(farm.layout(), client, false, now)));
  BOOST_TEST(must(retire_branch(farm.layout(), client.project, "wip", false, now)));
  const Retired retired = must(read_retired(farm.layout(), client.project));
  BOOST_TEST(retired.client_since(client.client, now - 1) == now);
  BOOST_TEST(retired.client_since(client.client, now + 1) == 0);
  BOOST_TEST(retired.branch_since("wip", 0) == now);
  BOOST_TEST(retired.branch_since("main", 0) == 0);
}

BOOST_AUTO_TEST_CASE(what_is_taken_back_counts) {
  TemporaryFarm farm;
  const ClientKey client = farm.client("old-mac");
  const Millis now = farm.clock().now();
  BOOST_TEST(!must(retire_client(farm.layout(), client, true, now)));
  must(retire_client(farm.layout(), client, false, now));
  BOOST_TEST(must(retire_client(farm.layout(), client, true, now)));
  BOOST_TEST(!must(retire_client(farm.layout(), client, true, now)));
  const Retired retired = must(read_retired(farm.layout(), client.project));
  BOOST_TEST(retired.client_since(client.client, 0) == 0);
  BOOST_TEST(retired.clients.contains(client.client));  // its pages are made again
}

BOOST_AUTO_TEST_CASE(pages_of_the_project_and_of_all_its_clients_are_due) {
  TemporaryFarm farm;
  const ClientKey one = farm.client("a");
  const ClientKey other = farm.client("b");
  farm.settle();
  must(retire_client(farm.layout(), one, false, farm.clock().now()));
  for (const Path& marker :
       {farm.layout().marker(one), farm.layout().marker(other), farm.layout().marker(one.project)})
    BOOST_TEST(file_exists(marker), marker);
}

// A kill, a full disk or an editor: a line that cannot be read takes none of the others with it.
BOOST_AUTO_TEST_CASE(a_torn_line_is_skipped_and_stays_alone) {
  TemporaryFarm farm;
  const ClientKey client = farm.client("a");
  const Path path = farm.layout().retired(client.project);
  std::ofstream(path) << "no json\n{\"type\":\"branch_retired\",\"at\":5,\"branch\":\"x\"}\n{\"type\":\"bra";
  must(retire_client(farm.layout(), client, false, 7));
  const Retired retired = must(read_retired(farm.layout(), client.project));
  BOOST_TEST(retired.branch_since("x", 0) == 5);
  BOOST_TEST(retired.client_since(client.client, 0) == 7);
}

BOOST_AUTO_TEST_SUITE_END()
