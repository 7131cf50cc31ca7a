#include "store/last_good.hpp"

#include "store/start_definition.hpp"

#include <fstream>

#include "support/support.hpp"

using namespace testfarm;

namespace store_last_good {

struct Fixture {
  TemporaryFarm farm;
  ClientKey client = farm.client();
  Layout layout = farm.layout();

  void write(const Path& file, const std::string& text) const { std::ofstream(file) << text; }
  std::vector<Slip> kept() { return must(keep_good(layout, farm.clock().now())); }
};

}  // namespace store_last_good

BOOST_FIXTURE_TEST_SUITE(store_last_good, store_last_good::Fixture)

BOOST_AUTO_TEST_CASE(what_was_last_right_counts) {
  write(layout.client_toml(client), "title = \"Attic\"\n");
  write(layout.project_toml(client.project), "title = \"Kite\"\ntokens = true\n");
  BOOST_TEST(kept().empty());
  write(layout.client_toml(client), "titel = \"Attic\"\n");
  write(layout.project_toml(client.project), "title = \"Kite\ntokens = true\n");
  BOOST_TEST(must(client_config_at_hand(layout, client)).title == "Attic");
  BOOST_TEST(must(project_config_at_hand(layout, client.project)).title == "Kite");
  BOOST_TEST(must(project_config_at_hand(layout, client.project)).tokens);
}

BOOST_AUTO_TEST_CASE(what_never_was_right_has_its_defaults) {
  write(layout.client_toml(client), "titel = \"Attic\"\n");
  write(layout.project_toml(client.project), "tokens = \"yes\"\n");
  kept();
  BOOST_TEST(must(client_config_at_hand(layout, client)).title == "c");
  BOOST_TEST(must(project_config_at_hand(layout, client.project)).title == "p");
  BOOST_TEST(!must(project_config_at_hand(layout, client.project)).tokens);
}

BOOST_AUTO_TEST_CASE(the_farms_own_file_too) {
  kept();
  const Path site = must(read_farm_config(layout)).site;
  write(layout.farm_toml(), "title = Our farm\n");
  const FarmConfigAtHand farm_now = must(farm_config_at_hand(layout));
  BOOST_TEST(farm_now.config.site == site);
  BOOST_TEST(farm_now.slip.find("farm.toml:1:") != std::string::npos, farm_now.slip);
  std::filesystem::remove_all(layout.last_good());
  BOOST_TEST((farm_config_at_hand(layout).error().kind == ErrorKind::bad_input));
}

// Pages inside the farm are where they were, and not beside the copies.
BOOST_AUTO_TEST_CASE(a_relative_site_stays_where_it_was) {
  write(layout.farm_toml(), "base_url = \"https://ci.example.org\"\nsite = \"pages\"\n");
  kept();
  write(layout.farm_toml(), "no\n");
  BOOST_TEST(must(farm_config_at_hand(layout)).config.site == layout.root() / "pages");
}

BOOST_AUTO_TEST_CASE(a_slip_is_told_once_a_day_and_when_the_file_changed) {
  write(layout.client_toml(client), "titel = \"Attic\"\n");
  const auto first = kept();
  BOOST_REQUIRE(first.size() == 1U);
  BOOST_TEST(first[0].what.find("client.toml:1:") != std::string::npos, first[0].what);
  BOOST_TEST(kept().empty());
  BOOST_TEST(must(find_slips(layout)).size() == 1U);
  farm.clock().pass(20 * 365 * day_ms);
  BOOST_TEST(kept().size() == 1U);
  write(layout.client_toml(client), "title = \"Attic\"\n");
  BOOST_TEST(kept().empty());
  BOOST_TEST(must(find_slips(layout)).empty());
  BOOST_TEST(must(client_config_at_hand(layout, client)).title == "Attic");
}

// Who took it away wants what holds without it: its pages are due.
BOOST_AUTO_TEST_CASE(a_file_that_was_taken_away_is_news) {
  write(layout.project_toml(client.project), "title = \"A\"\n");
  kept();
  farm.settle();
  std::filesystem::remove(layout.project_toml(client.project));
  kept();
  BOOST_TEST(file_exists(layout.marker(client.project)));
  farm.settle();
  kept();
  BOOST_TEST(!file_exists(layout.marker(client.project)));
}

BOOST_AUTO_TEST_CASE(a_start_for_volunteers_comes_and_may_be_wrong) {
  const Path file = layout.start_toml(client.project);
  kept();
  farm.settle();
  write(file, "[[task]]\nname = \"a\"\n");
  BOOST_TEST(kept().empty());
  BOOST_TEST(file_exists(layout.marker(client.project)));
  write(file, "client = \"x\"\n[also\n");
  BOOST_TEST(kept().size() == 1U);
  BOOST_TEST(must(start_definition_at_hand(layout, client.project)) == "[[task]]\nname = \"a\"\n");
  write(file, "server = \"x\"\nproject = \"y\"\n");
  const Error wrong = read_start_definition(layout, client.project).error();
  BOOST_TEST(wrong.context.find("start.toml:2:11: project is each volunteer's own") != std::string::npos,
             wrong.context);
  BOOST_TEST(split_lines(wrong.context).size() == 2U);
  write(file, std::string(70'000, '#'));
  BOOST_TEST((read_start_definition(layout, client.project).error().kind == ErrorKind::bad_input));
  std::filesystem::remove(file);
  BOOST_TEST(must(start_definition_at_hand(layout, client.project)) == "");
}

BOOST_AUTO_TEST_SUITE_END()
