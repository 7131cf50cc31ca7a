#include "admin/projects.hpp"

#include "admin/commands.hpp"

#include <sstream>

#include "store/index/sqlite.hpp"
#include "unit/generator/site_fixture.hpp"

using namespace testfarm;

namespace admin_projects {
struct ProjectsFixture : SiteFixture {
  ProjectId project = project_id("made-up");
  std::ostringstream said;
  ProjectsFixture() {
    make_up(10);
    farm.append(key, lines(small_execution()));
    tick();
  }
  Status remove() { return remove_project(farm.layout(), project, farm.clock(), said); }
  Status restore(const std::string& date = {}) { return restore_project(farm.layout(), project, date, said); }
};
}  // namespace admin_projects

BOOST_FIXTURE_TEST_SUITE(admin_projects, admin_projects::ProjectsFixture)

BOOST_AUTO_TEST_CASE(what_is_removed_is_gone_everywhere_and_no_log_is_deleted) {
  const auto before = contents_of(farm.layout().project(project));
  must(remove());
  BOOST_TEST(!file_exists(farm.layout().project(project)));
  BOOST_TEST(!file_exists(farm.site() / "made-up"));
  tick();
  BOOST_TEST(!file_exists(farm.site() / "made-up"));
  BOOST_TEST(!has(page("index.html"), "made-up"), page("index.html"));
  BOOST_TEST(!has(page("cctray.xml"), "made-up"));
  BOOST_TEST(has(page("index.html"), "Project P"));
  const auto names = must(list_directory(farm.layout().removed()));
  BOOST_REQUIRE(names.size() == 1U);
  BOOST_TEST(names[0] == concat("made-up.", compact_time(farm.clock().now())));
  BOOST_TEST((contents_of(farm.layout().removed() / names[0]) == before));
}

BOOST_AUTO_TEST_CASE(it_comes_back_byte_for_byte) {
  const auto before = contents_of(farm.layout().project(project));
  const auto site = contents_of(farm.site());
  const std::string index = dump(farm.index());
  must(remove());
  tick();
  must(restore());
  tick();
  BOOST_TEST((contents_of(farm.layout().project(project)) == before));
  BOOST_TEST((dump(farm.index()) == index));
  const auto again = contents_of(farm.site());
  for (const auto& [path, text] : site) BOOST_TEST((again.contains(path) && again.at(path) == text), path);
  BOOST_TEST(again.size() == site.size());
  tick();
  BOOST_TEST(written.empty());
}

// The machine went down after the directory was moved, or somebody moved it by hand.
BOOST_AUTO_TEST_CASE(an_interrupted_removal_is_finished) {
  std::filesystem::create_directories(farm.layout().removed());
  std::filesystem::rename(farm.layout().project(project),
                          farm.layout().removed() / "made-up.20260101-000000");
  must(remove());
  tick();
  BOOST_TEST(!has(page("index.html"), "made-up"));
  BOOST_TEST((remove().error().kind == ErrorKind::not_found));
  must(restore());
  tick();
  BOOST_TEST(has(page("index.html"), "made-up"));
}

BOOST_AUTO_TEST_CASE(nothing_is_overwritten) {
  BOOST_TEST((restore().error().kind == ErrorKind::not_found));
  must(remove());
  std::filesystem::create_directories(farm.layout().project(project));
  BOOST_TEST((restore().error().kind == ErrorKind::conflict));
}

// A new one of that name was made and removed meanwhile: which one is meant is asked, and not guessed.
BOOST_AUTO_TEST_CASE(of_several_one_is_named) {
  must(remove_project(farm.layout(), project, farm.clock(), said));
  const std::string first = must(list_directory(farm.layout().removed())).front();
  farm.clock().pass(hour_ms);
  must(add_project(farm.layout(), project, "Again", "", said));
  BOOST_TEST(restore().error().context.find(concat("--date ", first.substr(first.rfind('.') + 1))) !=
             std::string::npos);
  must(remove_project(farm.layout(), project, farm.clock(), said));
  const auto unclear = restore();
  BOOST_TEST((unclear.error().kind == ErrorKind::bad_input));
  BOOST_TEST((restore("19990101-000000").error().kind == ErrorKind::not_found));
  must(restore(first.substr(first.rfind('.') + 1)));
  BOOST_TEST(must(read_file(farm.layout().project_toml(project))).find("Again") == std::string::npos);
}

// A host that starts again: cron comes before the mount. An index made without it would forget everybody.
BOOST_AUTO_TEST_CASE(a_mount_that_is_away_after_a_start_of_the_host_loses_no_page) {
  const auto site = contents_of(farm.site());
  Path current = std::filesystem::read_symlink(farm.layout().current_index());
  Database database = must(Database::open(farm.layout().index() / current, Database::Mode::existing, 100));
  must(database.run("UPDATE meta SET value = 'other' WHERE key = 'boot'"));
  const Path away = farm.path() / "away";
  std::filesystem::rename(farm.layout().clients(project), away);
  TickOptions options;
  options.say = options.written = [](const std::string&) {};
  const auto ticked = run_tick(farm.layout(), farm.clock(), options);
  BOOST_REQUIRE(!ticked);
  BOOST_TEST(has(ticked.error().context, "A mount that is away?"), ticked.error().context);
  BOOST_TEST((contents_of(farm.site()) == site));
  std::filesystem::rename(away, farm.layout().clients(project));
  tick();
  for (const auto& [path, text] : site)
    if (path != "made.json") BOOST_TEST(contents_of(farm.site())[path] == text, path);
}

// Whoever says so means it: what is not there is forgotten, and none of its pages or of what was said of it
// stays.
BOOST_AUTO_TEST_CASE(a_rebuild_forgets_what_is_gone_with_all_of_its_pages) {
  const auto clients = must(list_directory(farm.layout().clients(project)));
  std::filesystem::remove_all(farm.layout().clients(project) / clients[0]);
  must(rebuild_farm(farm.layout(), said));
  BOOST_TEST(has(said.str(), "made-up/" + clients[0] + " is not there any more"), said.str());
  tick();
  for (const auto& [path, text] : contents_of(farm.site())) {
    BOOST_TEST(!has(path, clients[0]), path);
    BOOST_TEST(!has(text, clients[0]), path);
  }
  BOOST_TEST(has(page("made-up/index.html"), clients[1]));
}

BOOST_AUTO_TEST_SUITE_END()
