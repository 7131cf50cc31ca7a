// Pages that several threads write: run under ThreadSanitizer too (tests/threads).
#include "generator/tick/page_workers.hpp"

#include "unit/generator/site_fixture.hpp"

using namespace testfarm;

namespace generator_tick_page_workers {

struct Fixture : SiteFixture {
  TickReport tick_by(std::size_t threads) {
    TickOptions options;
    options.full = true;
    options.threads = threads;
    options.say = [](const std::string&) {};
    options.written = [&](const std::string& path) { written.insert(path); };
    return must(run_tick(farm.layout(), farm.clock(), options));
  }
};

}  // namespace generator_tick_page_workers

BOOST_FIXTURE_TEST_SUITE(generator_tick_page_workers, generator_tick_page_workers::Fixture)

BOOST_AUTO_TEST_CASE(four_threads_write_what_one_writes) {
  make_up(14);
  tick_by(1);
  const auto by_one = contents_of(farm.site());
  std::filesystem::remove_all(farm.site());
  const TickReport report = tick_by(4);
  BOOST_TEST(report.failed == 0U);
  BOOST_TEST((contents_of(farm.site()) == by_one));
}

BOOST_AUTO_TEST_SUITE_END()
