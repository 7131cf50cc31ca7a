#include "client/sources/git_health.hpp"

#include "unit/client/sources/source_fixture.hpp"

using namespace testfarm;

BOOST_FIXTURE_TEST_SUITE(client_sources_git_health, SourceFixture)

// What a kill between the making of a file and its writing leaves.
BOOST_AUTO_TEST_CASE(a_file_that_is_cut_off_is_noticed) {
  commit("one");
  must(source()->check_out(tip()));
  const auto repository = must(open_clone(definition));
  const auto wrong = [&](const std::string& text) {
    put("f", text);
    return must(git_wrong_file(repository.get(), definition));
  };
  BOOST_TEST(wrong("one\n").empty());
  BOOST_TEST(wrong("") == "f is cut off");
  BOOST_TEST(wrong("on") == "f is cut off");
  // Line ends, a filter: git's business.
  BOOST_TEST(wrong("one\r\n").empty());
  BOOST_TEST(wrong("eins").empty());
}

BOOST_AUTO_TEST_CASE(half_packs_of_killed_fetches_do_not_pile_up) {
  commit("one");
  must(source()->check_out(tip()));
  in_clone("touch .git/objects/pack/tmp_pack_Ab1 .git/gc.log");
  next_revision();
  BOOST_TEST(!there(".git/objects/pack/tmp_pack_Ab1"));
  BOOST_TEST(!there(".git/gc.log"));
}

BOOST_AUTO_TEST_SUITE_END()
