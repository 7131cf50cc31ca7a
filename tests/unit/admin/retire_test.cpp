#include "admin/retire.hpp"

#include <sstream>

#include "admin/commands.hpp"
#include "admin/status.hpp"
#include "unit/analysis/story_fixture.hpp"

using namespace testfarm;

BOOST_FIXTURE_TEST_SUITE(admin_retire, StoryFixture)

BOOST_AUTO_TEST_CASE(a_branch_that_nobody_tested_is_refused_by_name) {
  run("a", 1);
  farm.index();
  farm.settle();
  std::ostringstream out;
  const auto refused = retire_branch(farm.layout(), project_id("p"), "mian", Retire::now, farm.clock(), out);
  BOOST_REQUIRE(!refused);
  BOOST_CHECK(refused.error().kind == ErrorKind::not_found);
  BOOST_TEST(has(refused.error().context, "nobody tested a branch 'mian' of p"), refused.error().context);
  must(retire_branch(farm.layout(), project_id("p"), "main", Retire::now, farm.clock(), out));
  out.str("");
  must(list_branches(farm.layout(), project_id("p"), out));
  BOOST_TEST(has(out.str(), "main  last tested "), out.str());
  BOOST_TEST(has(out.str(), "by 1 client, retired\n"), out.str());
}

BOOST_AUTO_TEST_CASE(a_client_that_is_not_there_is_refused) {
  std::ostringstream out;
  const auto refused = retire_client(farm.layout(), client_key("p", "typo"), Retire::now, farm.clock(), out);
  BOOST_REQUIRE(!refused);
  BOOST_CHECK(refused.error().kind == ErrorKind::not_found);
}

// Whoever is retired is neither late nor counted, until it begins an execution.
BOOST_AUTO_TEST_CASE(list_and_status_say_retired) {
  run("a", 1);
  farm.index();
  farm.settle();
  std::ostringstream out;
  farm.clock().pass(hour_ms);
  must(retire_client(farm.layout(), key_of("a"), Retire::now, farm.clock(), out));
  const auto said = [&] {
    std::ostringstream text;
    must(list_clients(farm.layout(), {}, farm.clock(), text));
    must(tell_farm_status(farm.layout(), farm.clock(), false, text));
    return text.str();
  };
  BOOST_TEST(has(said(), ", retired "), said());
  BOOST_TEST(has(said(), "; retired: 1\n"), said());
  run("a", 2);
  farm.settle();
  BOOST_TEST(!has(said(), "retired"), said());
}

BOOST_AUTO_TEST_SUITE_END()
