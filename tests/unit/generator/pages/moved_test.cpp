// What was renamed is found by all of its names, and a site made anew is the same.
#include "generator/pages/moved.hpp"

#include "admin/rename.hpp"
#include "unit/analysis/story_fixture.hpp"

using namespace testfarm;

namespace generator_pages_moved {

struct Fixture : StoryFixture {
  std::ostringstream said;
  ExecutionKey old = run("box", 1);
  void rename(const char* to) {
    farm.clock().pass(hour_ms);
    must(rename_client(farm.layout(), farm.layout().names().now(key_of("box")), client_key("p", to).client,
                       farm.clock(), said));
    tick();
  }
  void rename_the_project(const char* to) {
    farm.clock().pass(hour_ms);
    must(rename_project(farm.layout(), farm.layout().names().now(project_id("p")), project_id(to),
                        farm.clock(), said));
    tick();
  }
  void same_as_anew() {
    const auto grown = contents_of(farm.site());
    const auto anew = made_anew();
    for (const auto& [path, text] : anew) BOOST_TEST((grown.contains(path) && grown.at(path) == text), path);
    for (const auto& [path, text] : grown) BOOST_TEST(anew.contains(path), path);
  }
  static std::string ids_in(const std::string& feed) {
    std::string ids;
    for (auto at = feed.find("<id>"); at != std::string::npos; at = feed.find("<id>", at + 1))
      ids += feed.substr(at, feed.find("</id>", at) - at) + '\n';
    return ids;
  }
};

}  // namespace generator_pages_moved

BOOST_FIXTURE_TEST_SUITE(generator_pages_moved, generator_pages_moved::Fixture)

BOOST_AUTO_TEST_CASE(each_old_address_has_a_link) {
  run("box", 2, "e.c:1: error: no");
  tick();
  const std::string ids = ids_in(page("p/box/feed.atom"));
  farm.clock().pass(day_ms);
  rename("new");
  const std::string place = old.execution.text() + ".html";
  BOOST_TEST(has(page("p/new/" + place), "<title>"));
  BOOST_TEST(has(page("p/box/" + place), "href=\"../../p/new/" + place), page("p/box/" + place));
  BOOST_TEST(has(page("p/box/index.html"), "href=\"../../p/new/index.html\""));
  BOOST_TEST(page("p/box/badge.svg") == page("p/new/badge.svg"));
  BOOST_TEST(ids_in(page("p/new/feed.atom")) == ids);
  BOOST_TEST(page("p/box/feed.atom") == page("p/new/feed.atom"));
  for (const char* file : {"p/index.html", "p/summary.json", "p/cctray.xml", "index.html"})
    BOOST_TEST(!has(page(file), "box"), page(file));
  same_as_anew();
  tick();
  BOOST_TEST(written.empty());
}

// It never was there.
BOOST_AUTO_TEST_CASE(an_execution_of_later_has_no_old_address) {
  tick();
  rename("new");
  farm.clock().pass(3 * day_ms);
  const ExecutionKey later{key_of("box"), ExecutionId::make(farm.clock().now())};
  farm.append(later, lines(small_execution()));
  tick();
  BOOST_TEST(file_exists(farm.site() / concat("p/new/", later.execution.text(), ".html")));
  BOOST_TEST(!file_exists(farm.site() / concat("p/box/", later.execution.text(), ".html")));
  BOOST_TEST(page("p/box/badge.svg") == page("p/new/badge.svg"));
  same_as_anew();
}

BOOST_AUTO_TEST_CASE(client_and_project_there_and_back) {
  tick();
  rename("new");
  rename_the_project("q");
  rename("newer");
  BOOST_TEST(!file_exists(farm.site() / "q/box"));
  BOOST_TEST(has(page("p/new/index.html"), "href=\"../../q/newer/index.html\""));
  BOOST_TEST(has(page("p/box/index.html"), "href=\"../../q/newer/index.html\""));
  BOOST_TEST(page("p/badge.svg") == page("q/badge.svg"));
  same_as_anew();
  rename_the_project("p");
  rename("box");
  BOOST_TEST(has(page("q/newer/index.html"), "href=\"../../p/box/index.html\""));
  BOOST_TEST(!has(page("p/box/index.html"), "data-moved"));
  same_as_anew();
}

BOOST_AUTO_TEST_CASE(an_index_that_was_lost_meanwhile) {
  tick();
  must(rename_client(farm.layout(), key_of("box"), client_key("p", "new").client, farm.clock(), said));
  std::filesystem::remove_all(farm.layout().index());
  tick();
  BOOST_TEST(has(page("p/box/index.html"), "data-moved"));
  same_as_anew();
}

BOOST_AUTO_TEST_CASE(an_execution_that_runs_goes_on) {
  farm.clock().pass(hour_ms);
  const ExecutionKey key{key_of("box"), ExecutionId::make(farm.clock().now())};
  const auto events = small_execution();
  farm.append(key, lines(events, 1, 3));
  tick();
  rename("new");
  farm.append(key, lines(events, 4, 7), 4);
  tick();
  const std::string end = page(concat("p/new/", key.execution.text(), ".html"));
  BOOST_TEST(has(end, "passed"), end);
  same_as_anew();
}

BOOST_AUTO_TEST_CASE(the_command_says_what_follows_and_what_is_left_to_do) {
  tick();
  rename("new");
  BOOST_TEST(has(said.str(), "p/box is called p/new now"), said.str());
  const auto none = rename_client(farm.layout(), client_key("p", "nobody"), client_key("p", "x").client,
                                  farm.clock(), said);
  BOOST_REQUIRE(!none);
  BOOST_TEST(has(none.error().context, "there is no client p/nobody"));
  BOOST_TEST(once_called(farm.layout(), client_key("p", "new")) == ", once p/box");
}

// However many names were given between two ticks, and whatever the clock said.
BOOST_AUTO_TEST_CASE(several_names_at_once) {
  tick();
  const auto give = [&](const char* client) {
    must(rename_client(farm.layout(), farm.layout().names().now(key_of("box")),
                       client_key("p", client).client, farm.clock(), said));
  };
  give("new");
  must(rename_project(farm.layout(), project_id("p"), project_id("q"), farm.clock(), said));
  tick();
  same_as_anew();
  give("newer");
  give("box");
  tick();
  BOOST_TEST(has(page("q/newer/index.html"), "data-moved"));
  same_as_anew();
}

// A dry run writes nothing, and what it did to the index harms nothing.
BOOST_AUTO_TEST_CASE(a_dry_run_after_a_new_name) {
  tick();
  const auto site = contents_of(farm.site());
  must(rename_client(farm.layout(), key_of("box"), client_key("p", "new").client, farm.clock(), said));
  run("other", 2);
  tick(false, true);
  BOOST_TEST((contents_of(farm.site()) == site));
  tick();
  BOOST_TEST(has(page("p/box/index.html"), "data-moved"));
  same_as_anew();
}

// Files of others are in a directory of that name: they stay, and get no neighbours.
BOOST_AUTO_TEST_CASE(a_directory_of_somebody_else_is_left_alone) {
  must(rename_client(farm.layout(), key_of("box"), client_key("p", "new").client, farm.clock(), said));
  std::filesystem::create_directories(farm.site() / "p/box");
  must(replace_file(farm.site() / "p/box/thesis.txt", "mine", Sync::no));
  tick();
  BOOST_TEST(page("p/box/thesis.txt") == "mine");
  BOOST_TEST(!file_exists(farm.site() / "p/box/index.html"));
  std::filesystem::create_directories(farm.site() / "docs");
  const auto onto = rename_project(farm.layout(), project_id("p"), project_id("docs"), farm.clock(), said);
  BOOST_REQUIRE(!onto);
  BOOST_TEST(has(onto.error().context, "is there already"), onto.error().context);
}

BOOST_AUTO_TEST_CASE(a_name_of_somebody_who_is_not_there_just_now_is_taken) {
  run("other", 1);
  tick();
  std::filesystem::rename(farm.layout().client(key_of("other")), farm.path() / "away");
  const auto taken =
      rename_client(farm.layout(), key_of("box"), client_key("p", "other").client, farm.clock(), said);
  BOOST_REQUIRE(!taken);
  BOOST_TEST(has(taken.error().context, "there was a client p/other"), taken.error().context);
  for (const char* name : {"history", "tests", "commit"})
    BOOST_TEST(
        !rename_client(farm.layout(), key_of("box"), client_key("p", name).client, farm.clock(), said));
}

BOOST_AUTO_TEST_SUITE_END()
