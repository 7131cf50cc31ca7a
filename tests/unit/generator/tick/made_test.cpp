#include "generator/tick/made.hpp"

#include "unit/generator/site_fixture.hpp"

using namespace testfarm;

namespace generator_tick_made {
struct MadeFixture : SiteFixture {
  std::string noted() {
    must(note_made(farm.layout(), farm.site(), farm.clock().now()));
    return page("made.json");
  }
  std::string after(Millis pause) {
    farm.clock().pass(pause);
    return noted();
  }
};
}  // namespace generator_tick_made

BOOST_FIXTURE_TEST_SUITE(generator_tick_made, generator_tick_made::MadeFixture)

BOOST_AUTO_TEST_CASE(it_says_when_and_how_often) {
  BOOST_TEST(has(noted(), concat("\"made_at\":\"", iso_time(farm.clock().now()), "\",\"every_ms\":0")),
             noted());
  BOOST_TEST(has(after(5 * minute_ms), "\"every_ms\":300000"), noted());
}

BOOST_AUTO_TEST_CASE(once_a_minute_at_most_and_again_where_it_is_gone) {
  const std::string first = noted();
  BOOST_TEST(after(50 * second_ms) == first);
  std::filesystem::remove(farm.site() / "made.json");
  BOOST_TEST(after(second_ms) != "");
}

// A farm that was down for three days is dead two hours later if it goes down again, not after nine days.
BOOST_AUTO_TEST_CASE(an_outage_is_no_habit) {
  noted();
  after(5 * minute_ms);
  BOOST_TEST(has(after(3 * day_ms), "\"every_ms\":600000"), noted());
  BOOST_TEST(has(after(5 * minute_ms), "\"every_ms\":300000"), noted());
}

BOOST_AUTO_TEST_CASE(every_tick_does_it_and_a_dry_run_does_not) {
  tick(false, true);
  BOOST_TEST(!file_exists(farm.site() / "made.json"));
  tick();
  BOOST_TEST(file_exists(farm.site() / "made.json"));
}

BOOST_AUTO_TEST_SUITE_END()
