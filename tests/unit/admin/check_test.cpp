#include "admin/check.hpp"

#include <sstream>

#include "support/support.hpp"

using namespace testfarm;

namespace admin_check {
struct Fixture {
  TemporaryFarm farm;
  ClientKey client = farm.client();
  ExecutionKey key = execution_key(client);
  std::string said;
  CheckReport check() {
    std::ostringstream out;
    const CheckReport report = must(check_farm(farm.layout(), out));
    said = out.str();
    return report;
  }
};
}  // namespace admin_check

BOOST_FIXTURE_TEST_SUITE(admin_check, admin_check::Fixture)

BOOST_AUTO_TEST_CASE(a_sound_farm_has_no_findings) {
  std::filesystem::create_directories(farm.site());
  farm.append(key, lines(small_execution()));
  farm.settle();
  const CheckReport report = check();
  BOOST_TEST(report.problems == 0U, said);
  BOOST_TEST(report.logs == 1U);
  BOOST_TEST(report.events == 7U);
}

BOOST_AUTO_TEST_CASE(damage_is_found) {
  std::filesystem::create_directories(farm.site());
  farm.append(key, lines(small_execution(), 1, 3));
  farm.append(key, lines(small_execution(), 4, 7), 4);
  farm.settle();
  std::string log = farm.log(key);
  log[log.find("Build")] = 'X';
  farm.set_log(key, log + "#{\"torn");
  std::filesystem::create_directories(farm.layout().clients(project_id("p")) / "No Client");
  check();
  for (const char* part : {"damaged", "torn write", "events 1 to 3 are missing", "No Client"})
    BOOST_TEST(said.find(part) != std::string::npos, part << " in " << said);
}

BOOST_AUTO_TEST_SUITE_END()
