#include <cstdlib>

#include "e2e/apache.hpp"

using namespace testfarm;

namespace {

// What the shell's `sqlite3 .dump` says, but for the rows of `due`.
std::string sqlite_dump(const RunningFarm& farm) {
  const Path dumped = farm.path() / "dump";
  const std::string line = cat("sqlite3 -readonly ", farm.layout().index().string(), "/$(readlink ",
                               farm.layout().current_index().string(),
                               ") .dump | grep -v '^INSERT INTO due ' > ", dumped.string());
  BOOST_REQUIRE(std::system(line.c_str()) == 0);
  return must(read_file(dumped));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(e2e_index_loss)

// rm -r FARM/index, one POST, one tick: everything is back.
BOOST_AUTO_TEST_CASE(a_deleted_index_comes_back_identical) {
  RunningFarm farm;
  const auto caller = farm.caller(farm.init_client("box"));
  const auto events = small_execution();
  for (const char* id : {"20261121-000000-aaaaaa", "20261121-000000-bbbbbb"})
    BOOST_TEST((caller.api->send_events(must(ExecutionId::parse(id)), 1, lines(events), 0).kind ==
                Sent::Kind::accepted));
  const ExecutionId running = must(ExecutionId::parse("20261121-000000-cccccc"));
  BOOST_TEST((caller.api->send_events(running, 1, lines(events, 1, 4), 0).kind == Sent::Kind::accepted));
  farm.generate();
  const auto site = contents_of(farm.site());
  const std::string before = sqlite_dump(farm);
  BOOST_TEST(before.find("20261121-000000-cccccc") != std::string::npos);

  std::filesystem::remove_all(farm.layout().index());
  // The same POST again: it is acknowledged without an index, and changes nothing.
  BOOST_TEST((caller.api->send_events(running, 1, lines(events, 1, 4), 0).kind == Sent::Kind::accepted));
  farm.generate();
  BOOST_TEST(sqlite_dump(farm) == before);
  BOOST_TEST((contents_of(farm.site()) == site));
}

BOOST_AUTO_TEST_SUITE_END()
