#include "store/names.hpp"

#include "support/support.hpp"

using namespace testfarm;

namespace names_test {
// engine/box: box-2 at 10, engine called motor at 20, box-3 at 30.
FarmNames grown() {
  return FarmNames::parse(
      "{\"type\":\"renamed\",\"at\":10,\"project\":\"engine\",\"client\":\"box\",\"name\":\"box-2\"}\n"
      "no json\n"
      "{\"type\":\"renamed\",\"at\":20,\"project\":\"engine\",\"name\":\"motor\"}\n"
      "{\"type\":\"renamed\",\"at\":30,\"project\":\"engine\",\"client\":\"box\",\"name\":\"box-3\"}\n"
      "{\"type\":\"ren");
}
}  // namespace names_test

BOOST_AUTO_TEST_SUITE(store_names)

BOOST_AUTO_TEST_CASE(any_name_leads_to_the_one_directory) {
  const FarmNames names = names_test::grown();
  for (const char* project : {"engine", "motor"})
    for (const char* client : {"box", "box-2", "box-3"}) {
      BOOST_TEST(name_of(names.directory(client_key(project, client))) == "engine/box");
      BOOST_TEST(name_of(names.now(client_key(project, client))) == "motor/box-3");
    }
  BOOST_TEST(name_of(names.now(client_key("engine", "other"))) == "motor/other");
  BOOST_TEST(name_of(names.directory(client_key("motor", "other"))) == "engine/other");
  BOOST_TEST(name_of(names.now(client_key("p", "box"))) == "p/box");
}

// Addresses that never were are none: motor/box, engine/box-3.
BOOST_AUTO_TEST_CASE(former_names_are_those_that_it_had_and_until_when) {
  std::string all;
  for (const auto& [key, until] : names_test::grown().former(client_key("motor", "box-3")))
    all += concat(name_of(key), ' ', until, ' ');
  BOOST_TEST(all == "engine/box 10 engine/box-2 20 motor/box-2 30 ");
  BOOST_TEST(names_test::grown().former(project_id("motor")).size() == 1U);
  BOOST_TEST(names_test::grown().former(project_id("p")).empty());
}

BOOST_AUTO_TEST_CASE(a_name_taken_back_is_former_no_more) {
  const FarmNames names = FarmNames::parse(
      "{\"type\":\"renamed\",\"at\":10,\"project\":\"a\",\"name\":\"b\"}\n"
      "{\"type\":\"renamed\",\"at\":20,\"project\":\"a\",\"name\":\"a\"}\n");
  BOOST_TEST(names.now(project_id("b")).text() == "a");
  BOOST_REQUIRE(names.former(project_id("a")).size() == 1U);
  BOOST_TEST(names.former(project_id("a"))[0].key.text() == "b");
}

BOOST_AUTO_TEST_SUITE_END()
