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
