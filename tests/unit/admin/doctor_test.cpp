#include "admin/doctor.hpp"

#include <fstream>
#include <sstream>

#include "store/clients/door_note.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace admin_doctor {
struct Fixture {
  TemporaryFarm farm;
  std::string said;
  Diagnosis examine() {
    std::ostringstream out;
    const Diagnosis diagnosis = must(examine_host(farm.layout(), system_clock(), out));
    said = out.str();
    return diagnosis;
  }
  void mode(const Path& path, unsigned bits) const {
    std::filesystem::permissions(path, std::filesystem::perms(bits));
  }
};
}  // namespace admin_doctor

BOOST_FIXTURE_TEST_SUITE(admin_doctor, admin_doctor::Fixture)

// What base_url says, and what the farm is asked for.
BOOST_AUTO_TEST_CASE(an_address_that_nobody_told_the_farm_of_is_found) {
  const Millis now = system_clock().now();
  must(note_at_door(farm.layout(), farm.client("a"), {AtDoor::unnamed, "https://www.example.org", now}));
  must(note_at_door(farm.layout(), farm.client("b"), {AtDoor::unnamed, "https://www.example.org", now}));
  must(note_at_door(farm.layout(), farm.client("c"), {AtDoor::expired, "https://old.example.org", now}));
  examine();
  BOOST_TEST(said.find("2 clients asked at https://www.example.org and were refused") != std::string::npos,
             said);
  BOOST_TEST(said.find("old.example.org") == std::string::npos, said);
}

// suexec runs nothing that others could have written.
BOOST_AUTO_TEST_CASE(each_wrong_mode_is_found_with_its_remedy) {
  const Path wrapper = farm.site() / "testfarm.fcgi";
  std::ofstream(wrapper) << "#!/bin/sh\n";
  mode(farm.site(), 0755);
  mode(farm.layout().root(), 0700);
  mode(wrapper, 0755);
  const Diagnosis right = examine();
  BOOST_TEST(right.bad == 0U, said);
  for (const unsigned wrong : {0775U, 0757U, 0644U, 04755U}) {
    mode(wrapper, wrong);
    BOOST_TEST(examine().bad == 1U, said);
    BOOST_TEST(said.find(concat("chmod 755 ", wrapper.string())) != std::string::npos, said);
  }
  mode(wrapper, 0755);
  mode(farm.site(), 0777);
  BOOST_TEST(examine().bad == 1U, said);
  mode(farm.site(), 0755);
  mode(farm.layout().root(), 0755);
  BOOST_TEST(examine().doubtful == right.doubtful + 1, said);
  BOOST_TEST(said.find("chmod 700") != std::string::npos, said);
}

BOOST_AUTO_TEST_CASE(data_below_the_pages_is_found) {
  const std::string text = must(read_file(farm.layout().farm_toml()));
  const auto at = text.find("site = ");
  must(replace_file(farm.layout().farm_toml(),
                    std::string(text).replace(at, text.find('\n', at) - at,
                                              concat("site = \"", farm.path().string(), "\"")),
                    Sync::no));
  BOOST_TEST(examine().bad >= 1U);
  BOOST_TEST(said.find("browsers could read it") != std::string::npos, said);
}

// Clients hear the host's 403 or 404 then, and nobody sees why.
BOOST_AUTO_TEST_CASE(an_htaccess_that_does_not_fit_the_address_is_found) {
  std::filesystem::create_directories(farm.site());
  std::ofstream(farm.site() / ".htaccess") << "RewriteEngine On\nRewriteBase /farm/\n";
  examine();
  BOOST_TEST(said.find("says RewriteBase /farm/, and base_url in farm.toml is https://ci.example.org") !=
                 std::string::npos,
             said);
  BOOST_TEST(said.find("RewriteBase /, or correct base_url") != std::string::npos, said);
  std::ofstream(farm.site() / ".htaccess") << "RewriteEngine On\nRewriteBase /\n";
  examine();
  BOOST_TEST(said.find("fits base_url") != std::string::npos, said);
}

BOOST_AUTO_TEST_CASE(it_leaves_nothing_behind) {
  const auto before = contents_of(farm.path());
  examine();
  BOOST_TEST((contents_of(farm.path()) == before));
  for (const char* part :
       {"locks hold", "a sync takes", "inodes free", "the clock says", "testfarm-generate"})
    BOOST_TEST(said.find(part) != std::string::npos, said);
}

BOOST_AUTO_TEST_SUITE_END()
