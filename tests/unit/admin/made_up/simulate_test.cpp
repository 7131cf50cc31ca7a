#include "admin/made_up/simulate.hpp"

#include <sstream>

#include "schema/codec.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace admin_made_up_simulate {
std::map<std::string, std::string> made_up(std::uint64_t seed) {
  TemporaryFarm farm;
  SimulateOptions options;
  options.shape.seed = seed;
  options.clients = 2;
  options.executions = 5;
  std::ostringstream out;
  must(simulate(farm.layout(), project_id("s"), options, farm.clock(), out));
  return contents_of(farm.layout().project(project_id("s")));
}
}  // namespace admin_made_up_simulate

BOOST_AUTO_TEST_SUITE(admin_made_up_simulate)

BOOST_AUTO_TEST_CASE(a_seed_tells_one_story) {
  BOOST_TEST((made_up(3) == made_up(3)));
  BOOST_TEST((made_up(3) != made_up(4)));
}

// Executions before 1970 would be lost by the index, which has no times below zero.
BOOST_AUTO_TEST_CASE(what_would_begin_before_1970_is_refused) {
  TemporaryFarm farm;
  SimulateOptions options;
  options.executions = 200'000;
  std::ostringstream out;
  const auto refused = simulate(farm.layout(), project_id("s"), options, farm.clock(), out);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().context.find("before 1970") != std::string::npos);
  BOOST_TEST(!file_exists(farm.layout().project_toml(project_id("s"))));
}

// Green before the culprit, red from it on, on the machines that see it and no other.
BOOST_AUTO_TEST_CASE(the_culprit_breaks_what_it_should) {
  const FictionHistory history(5, 0, 100 * day_ms, 60);
  for (std::uint64_t machine = 0; machine < 6; ++machine) {
    std::mt19937_64 dice(machine);
    for (std::size_t commit = 1; commit < history.commits().size(); ++commit) {
      const auto events = fiction_execution({}, history, fiction_machine(machine), commit - 1, commit, dice);
      const auto outcome = std::get<ExecutionEnded>(events.back().body).outcome;
      const bool broken = history.broken_at(commit) && fiction_machine(machine).sees_culprit;
      if (outcome == Outcome::passed) BOOST_TEST(!broken);
      if (outcome == Outcome::failed) BOOST_TEST(broken);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
