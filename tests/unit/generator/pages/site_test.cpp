// The site as a whole: the same however it came about. (That no link is dead, tests/browser/markup sees.)
#include <fstream>

#include "generator/site/paths.hpp"
#include "schema/batch.hpp"
#include "store/log/log_store.hpp"
#include "unit/generator/site_fixture.hpp"

using namespace testfarm;

BOOST_FIXTURE_TEST_SUITE(generator_pages_site, SiteFixture)

BOOST_AUTO_TEST_CASE(a_site_that_was_removed_comes_back) {
  farm.append(key, lines(small_execution()));
  tick();
  const auto before = contents_of(farm.site());
  std::filesystem::remove_all(farm.site());
  tick();
  BOOST_TEST((contents_of(farm.site()) == before));
}

BOOST_AUTO_TEST_CASE(an_index_that_was_removed_changes_no_page) {
  farm.append(key, lines(small_execution(Outcome::failed)));
  tick();
  const auto before = contents_of(farm.site());
  std::filesystem::remove_all(farm.layout().index());
  tick();
  BOOST_TEST(written.empty());
  BOOST_TEST((contents_of(farm.site()) == before));
}

// What a walk would write from scratch is what the ticks have written one by one.
BOOST_AUTO_TEST_CASE(ticks_one_by_one_make_the_site_of_one_full_walk) {
  const auto events = small_execution(Outcome::failed);
  std::vector<ExecutionKey> keys;
  for (int i = 0; i < 6; ++i) keys.push_back(execution_key(client, concat("20261121-00000", i, "-aaaaaa")));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t at = 1; at <= events.size(); ++at) {
      if (i == 5 && at == 5) break;  // the last one is still running
      farm.append(keys[i], lines(events, at, at), at);
      tick();
    }
    farm.clock().pass(11 * day_ms);
  }
  // One that comes days late, between others.
  const ExecutionKey late = execution_key(farm.client("late"), "20261121-000000-bbbbbb");
  const std::string text = lines(small_execution());
  const Batch batch = must(decode_batch(text, 1));
  must(append_events(farm.layout(), late,
                     {.batch = batch,
                      .receipt = {.at = farm.clock().now(), .age = 30 * day_ms, .key = {}, .sig = {}},
                      .durability = Durability::write}));
  tick();
  const auto one_by_one = contents_of(farm.site());
  BOOST_TEST(one_by_one.contains("p/c/" + keys[5].execution.text() + ".live.json"));
  const auto at_once = made_anew();
  for (const auto& [path, bytes] : at_once)
    BOOST_TEST((one_by_one.contains(path) && one_by_one.at(path) == bytes), path);
  BOOST_TEST(one_by_one.size() == at_once.size());
}

BOOST_AUTO_TEST_CASE(many_small_budgets_make_the_same_site) {
  make_up(15, 3, 1);
  auto whole = made_anew();
  std::filesystem::remove_all(farm.site());
  int ticks = 0;
  for (bool finished = false; !finished; ++ticks) {
    TickOptions small;
    small.budget = second_ms;
    small.say = [](const std::string&) {};
    small.written = [&](const std::string&) { farm.clock().pass(100); };  // ten files a budget
    finished = must(run_tick(farm.layout(), farm.clock(), small)).finished;
    BOOST_REQUIRE(ticks < 1000);
  }
  BOOST_TEST(ticks > 10);
  auto made = contents_of(farm.site());
  for (auto* site : {&made, &whole}) site->erase("made.json");  // it tells the time
  BOOST_TEST((made == whole));
}

// Readers of a feed know its entries by their ids: a farm that moves sends nobody everything again.
BOOST_AUTO_TEST_CASE(ids_of_feeds_stay_when_the_farm_moves) {
  make_up(20);
  tick();
  const auto ids = [&] {
    std::multiset<std::string> all;
    for (const char* place : {"feed.atom", "made-up/feed.atom"}) {
      const std::string feed = page(place);
      for (auto at = feed.find("<id>"); at != std::string::npos; at = feed.find("<id>", at + 1))
        all.insert(feed.substr(at, feed.find('<', at + 1) - at));
    }
    return all;
  };
  const auto before = ids();
  BOOST_TEST(before.size() > 4U);
  std::string toml = must(read_file(farm.layout().farm_toml()));
  const std::string old = "https://ci.example.org";
  toml.replace(toml.find(old), old.size(), "https://builds.example.net/ci");
  must(replace_file(farm.layout().farm_toml(), toml, Sync::no));
  tick();
  BOOST_TEST(has(page("feed.atom"), "href=\"https://builds.example.net/ci/"), page("feed.atom"));
  BOOST_TEST((ids() == before));
}

// A misspelt word in one client's file: every other page, and the client's own, is as before.
BOOST_AUTO_TEST_CASE(one_slip_stops_no_page) {
  farm.append(key, lines(small_execution(Outcome::failed)));
  tick();
  std::ofstream(farm.layout().client_toml(client)) << "titel = \"Attic\"\n";
  std::ofstream(farm.layout().project_toml(client.project), std::ios::app) << "tokens = \"no\"\n";
  std::vector<std::string> said;
  farm.append(execution_key(client, "20261121-000100-aaaaaa"), lines(small_execution()));
  TickOptions options;
  options.say = [&](const std::string& line) { said.push_back(line); };
  options.written = [](const std::string&) {};
  const TickReport report = must(run_tick(farm.layout(), farm.clock(), options));
  BOOST_TEST(report.failed == 0U);
  BOOST_TEST(said.size() == 2U);
  BOOST_TEST(has(page("p/badge.svg"), "the one client passes"), page("p/badge.svg"));
  said.clear();
  farm.append(execution_key(client, "20261121-000200-aaaaaa"), lines(small_execution()));
  must(run_tick(farm.layout(), farm.clock(), options));
  BOOST_TEST(said.empty());
}

BOOST_AUTO_TEST_CASE(no_two_farms_write_into_one_directory) {
  tick();
  TemporaryFarm other;
  std::string toml = must(read_file(other.layout().farm_toml()));
  const std::string own = other.site().string();
  toml.replace(toml.find(own), own.size(), farm.site().string());
  must(replace_file(other.layout().farm_toml(), toml, Sync::no));
  TickOptions options;
  options.say = [](const std::string&) {};
  options.written = [](const std::string&) {};
  const auto refused = run_tick(other.layout(), other.clock(), options);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(has(refused.error().context, "has the pages of another farm"), refused.error().context);
  tick();
}

// The farm's own feed is not the project's, whether there is one project or more; and no feed is of 1970.
BOOST_AUTO_TEST_CASE(the_farms_feed_is_its_own) {
  tick();
  const auto id_of = [&](const std::string& place) {
    const std::string feed = page(place);
    const auto at = feed.find("<id>");
    return feed.substr(at, feed.find("</id>") - at);
  };
  const std::string before = id_of("feed.atom");
  BOOST_TEST(before != id_of("p/feed.atom"));
  BOOST_TEST(has(page("feed.atom"), "href=\"https://ci.example.org/feed.atom\""), page("feed.atom"));
  BOOST_TEST(!has(page("p/feed.atom"), "<updated>1970"), page("p/feed.atom"));
  make_up(5);
  tick();
  BOOST_TEST(id_of("feed.atom") == before);
}

BOOST_AUTO_TEST_CASE(programs_find_json_feeds_and_badges) {
  farm.append(key, lines(small_execution()));
  farm.clock().pass(hour_ms);
  farm.append(execution_key(client, "20261121-010000-bbbbbb"), lines(small_execution(Outcome::failed)));
  tick();
  BOOST_TEST(has(page("p/summary.json"), "\"words\":\"1 flaky problem on main: 1 of 1 client fails\""));
  BOOST_TEST(has(page("p/history.json"), "\"result\":\"failed\""));
  BOOST_TEST(has(page("p/c/stats.json"), "\"result\":\"passed\""));
  BOOST_TEST(has(page("farm.json"), "\"state\":\"fail\""));
  BOOST_TEST(has(page("p/feed.atom"), "fails on main"));
  BOOST_TEST(has(page("cctray.xml"), "lastBuildStatus=\"Failure\""));
  BOOST_TEST(has(page("p/badge.svg"), "1 of 1 client fails"));
  BOOST_TEST(has(page("p/c/badge.svg"), "fails"));
}

BOOST_AUTO_TEST_CASE(search_engines_leave_executions_alone_where_that_is_wanted) {
  farm.append(key, lines(small_execution()));
  tick();
  const std::string place = "p/" + execution_place(key);
  BOOST_TEST(!has(page(place), "noindex"));
  std::ofstream(farm.layout().project_toml(client.project)) << "[shown]\nnoindex = true\n";
  const ExecutionKey next = execution_key(client, "20261121-000001-bbbbbb");
  farm.append(next, lines(small_execution()));
  tick();
  BOOST_TEST(has(page("p/" + execution_place(next)), "<meta name=\"robots\" content=\"noindex\">"));
  BOOST_TEST(!has(page("p/index.html"), "noindex"));
}

// Of what people put into READMEs and readers: the default branch, those that are pinned, each client.
BOOST_AUTO_TEST_CASE(branches_and_clients_have_badges_and_feeds) {
  auto on = [](const std::string& branch, Outcome outcome) {
    auto events = small_execution(outcome);
    std::get<ExecutionStarted>(events[0].body).branch = branch;
    return lines(events);
  };
  const ClientKey other = farm.client("other");
  farm.append(key, on("main", Outcome::passed));
  farm.append(execution_key(client, "20261121-000001-bbbbbb"), on("stable", Outcome::passed));
  farm.clock().pass(hour_ms);
  farm.append(execution_key(client, "20261121-010000-cccccc"), on("stable", Outcome::failed));
  farm.append(execution_key(other, "20261121-010000-dddddd"), on("main", Outcome::passed));
  const Path toml = farm.layout().project_toml(client.project);
  std::ofstream(toml) << "[shown]\npinned = [\"stable\", \"never/tested\"]\n";
  tick();
  BOOST_TEST(has(page("p/badge-main.svg"), "all 2 clients pass"), page("p/badge-main.svg"));
  BOOST_TEST(has(page("p/badge-stable.svg"), "p stable: 1 of 1 client fails"), page("p/badge-stable.svg"));
  BOOST_TEST(has(page(concat("p/", branch_badge_place("never/tested"))), "no results yet"));
  BOOST_TEST(has(page("p/feed-stable.atom"), "fails on stable"));
  BOOST_TEST(!has(page("p/feed-main.atom"), "fails on stable"));
  BOOST_TEST(has(page("p/c/feed.atom"), "fails on stable"));
  BOOST_TEST(!has(page("p/other/feed.atom"), "<entry>"));
  BOOST_TEST(has(page("p/c/index.html"), "href=\"feed.atom\""));
  for (const char* feed : {"p/feed.atom", "p/feed-stable.atom", "p/c/feed.atom", "p/other/feed.atom"})
    BOOST_TEST(has(page(feed), concat("rel=\"self\" href=\"https://ci.example.org/", feed)), page(feed));
  // What they say of the project follows its file, whether a client speaks or not.
  std::ofstream(toml) << "title = \"Renamed\"\nbranch = \"stable\"\n";
  tick();
  BOOST_TEST(has(page("p/c/feed.atom"), "<title>Renamed, c"));
  BOOST_TEST(has(page("p/other/badge.svg"), "no results"), page("p/other/badge.svg"));
  // Whose branch is pinned no more finds none, and not one that is stale.
  std::filesystem::remove(toml);
  tick();
  BOOST_TEST(!file_exists(farm.site() / "p/badge-stable.svg"));
  BOOST_TEST(!file_exists(farm.site() / "p/feed-stable.atom"));
  BOOST_TEST(file_exists(farm.site() / "p/badge-main.svg"));
}

BOOST_AUTO_TEST_SUITE_END()
