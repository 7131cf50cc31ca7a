#include "store/farm_config.hpp"

#include <fstream>

#include "schema/limits.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace store_farm_config {
struct Fixture {
  TemporaryDirectory directory;
  Layout layout{directory.path()};
  void write(const std::string& text) const { std::ofstream(layout.farm_toml()) << text; }
  std::string error() const { return read_farm_config(layout).error().context; }
};
}  // namespace store_farm_config

BOOST_FIXTURE_TEST_SUITE(store_farm_config, store_farm_config::Fixture)

BOOST_AUTO_TEST_CASE(what_init_writes_is_read) {
  write(farm_toml_text("A \"farm\"", "https://ci.example.org/farm/", "site"));
  const FarmConfig config = must(read_farm_config(layout));
  BOOST_TEST(config.title == "A \"farm\"");
  BOOST_TEST(config.origin() == "https://ci.example.org");
  BOOST_TEST(config.base_path() == "/farm");
  BOOST_TEST(config.site == directory / "site");
  BOOST_TEST(config.limits.body == limits::body);
}

BOOST_AUTO_TEST_CASE(no_farm_says_how_to_make_one) {
  BOOST_TEST(read_farm_config(layout).error().kind == ErrorKind::not_found);
  BOOST_TEST(error().find("testfarm-admin init") != std::string::npos);
}

// What the last release took for seconds is taken so, told, and deletes nothing that it would not have.
BOOST_AUTO_TEST_CASE(a_number_without_a_unit_is_told_and_deletes_nothing) {
  const std::string head = "base_url = \"https://ci.example.org\"\nsite = \"/srv/site\"\n";
  write(head + "grace = 10\n[retention]\ngreen_for = \"90\"\nlogs_for = 7200\npack_after = \"1d\"\n");
  const FarmConfig config = must(read_farm_config(layout));
  BOOST_TEST(config.grace == 10 * second_ms);
  BOOST_TEST(config.retention.green_for == 0);
  BOOST_TEST(config.retention.logs_for == 2 * hour_ms);
  BOOST_TEST(config.retention.pack_after == day_ms);
  BOOST_REQUIRE(config.remarks.size() == 4U);
  BOOST_TEST(config.remarks[0] ==
             "grace = 10 has no unit: 10 seconds are \"10s\", 10 days \"10d\"; it is read as seconds");
  BOOST_TEST(config.remarks[1].find("green_for = 90 has no unit") == 0U);
  BOOST_TEST(config.remarks[2].find("green_for is less than an hour: nothing is deleted") !=
             std::string::npos);
  write(head + "grace = 0\n[retention]\ngreen_for = \"90d\"\nlogs_for = 0\n");
  BOOST_TEST(must(read_farm_config(layout)).remarks.empty());
}

BOOST_AUTO_TEST_CASE(a_site_is_a_whole_path) {
  const std::string head = "base_url = \"https://ci.example.org\"\n";
  write(head + "site = \"~/site\"\n");
  BOOST_TEST(error().find("site must be a whole path") != std::string::npos, error());
  write(head + "site = \"pages\"\n");  // as farms of before had it
  const FarmConfig config = must(read_farm_config(layout));
  BOOST_TEST(config.site == directory / "pages");
  BOOST_REQUIRE(config.remarks.size() == 1U);
  BOOST_TEST(config.remarks[0].find("site is no whole path; pages go to ") == 0U);
}

BOOST_AUTO_TEST_CASE(former_addresses_end_on_a_day) {
  const std::string head = "base_url = \"https://ci.example.org\"\nsite = \"/srv/site\"\n";
  write(head + "[[former]]\nbase_url = \"http://old.example.org/farm/\"\nuntil = 2027-03-01\n");
  const FarmConfig config = must(read_farm_config(layout));
  BOOST_REQUIRE(config.former.size() == 1U);
  BOOST_TEST(config.former[0].base_url == "http://old.example.org/farm");
  BOOST_TEST(config.former[0].until == from_civil(2027, 3, 1));
  write(head + "[[former]]\nbase_url = \"old\"\nuntil = \"soon\"\n");
  for (const char* part : {"base_url must be an address that the farm had", "until must be a day"})
    BOOST_TEST(error().find(part) != std::string::npos, error());
}

BOOST_AUTO_TEST_CASE(mistakes_are_all_named) {
  write("base_url = \"ftp://x\"\nsite = 5\ndurability = \"maybe\"\ncolour = \"red\"\n[limits]\nbody = 1\n");
  const std::string message = error();
  for (const char* part : {"base_url must begin", "site must be a text", "durability must be", "'colour'",
                           "body must be a whole number"})
    BOOST_TEST(message.find(part) != std::string::npos, part << " in " << message);
}

BOOST_AUTO_TEST_CASE(projects_without_a_file_have_their_name) {
  BOOST_TEST(must(read_project_config(layout, project_id("p"))).title == "p");
  std::filesystem::create_directories(layout.project(project_id("p")));
  std::ofstream(layout.project_toml(project_id("p")))
      << "title = \"P\"\n[[link]]\ntitle = \"x\"\nurl = \"javascript:alert(1)\"\n";
  BOOST_TEST(!read_project_config(layout, project_id("p")).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
