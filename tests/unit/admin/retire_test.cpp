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

// Deleted by hand, or a mount that is away: nothing is removed, and the maintainer decides.
BOOST_AUTO_TEST_CASE(a_directory_that_is_gone_is_told_and_can_be_retired) {
  run("gone", 1, broken);
  run("alive", 1);
  tick();
  const Path directory = farm.layout().client(key_of("gone"));
  const Path away = farm.path() / "away";
  std::filesystem::rename(directory, away);
  const auto said = [&] {
    std::ostringstream text;
    must(tell_farm_status(farm.layout(), farm.clock(), false, text));
    return text.str();
  };
  BOOST_TEST(has(said(), "their directories are not there: p/gone\n"), said());
  tick();
  BOOST_TEST(has(page("p/badge.svg"), "1 of 2 clients fails"));
  BOOST_TEST(has(page("p/gone/index.html"), "gone"));
  std::filesystem::rename(away, directory);
  BOOST_TEST(!has(said(), "not there"), said());
  std::filesystem::rename(directory, away);
  farm.clock().pass(hour_ms);
  std::ostringstream out;
  must(retire_client(farm.layout(), key_of("gone"), Retire::now, farm.clock(), out));
  tick();
  BOOST_TEST(has(page("p/badge.svg"), "the one client passes"), page("p/badge.svg"));
  BOOST_TEST(!has(said(), "not there"), said());
}

BOOST_AUTO_TEST_SUITE_END()
