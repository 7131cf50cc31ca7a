#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <thread>

#include "e2e/direct.hpp"
#include "e2e/writer.hpp"

using namespace testfarm;

namespace e2e_index_loss {

// What the shell's `sqlite3 .dump` says, but for the rows of `due`.
std::string sqlite_dump(const RunningFarm& farm) {
  const Path dumped = farm.path() / "dump";
  const std::string line = concat("sqlite3 -readonly ", farm.layout().index().string(), "/$(readlink ",
                                  farm.layout().current_index().string(),
                                  ") .dump | grep -v '^INSERT INTO due ' > ", dumped.string());
  BOOST_REQUIRE(std::system(line.c_str()) == 0);
  return must(read_file(dumped));
}

}  // namespace e2e_index_loss

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

// The index deleted, cut short or with bits flipped, again and again while clients report and ticks run:
// nobody who reports notices, and what a rebuild makes in the end is what the logs say.
// TESTFARM_INDEX_LOSSES: how often (40).
BOOST_AUTO_TEST_CASE(whatever_happens_to_the_index_reports_go_on) {
  const std::uint64_t enough = wanted("TESTFARM_INDEX_LOSSES", 40);
  DirectFarm farm;
  for (const char* limit : {"executions_per_day", "bytes_per_day"}) farm.limit(limit, 1'000'000'000'000);
  FcgiSpawner server = farm.serve(3);
  std::vector<std::unique_ptr<Writer>> writers;
  for (std::uint64_t i = 0; i < 2; ++i)
    writers.push_back(std::make_unique<Writer>(std::make_unique<FcgiTransport>(server, DirectFarm::address),
                                               DirectFarm::address, farm.client(concat("box", i)), i));
  // A tick after a loss writes every page: they shall not become more than it can write.
  for (auto& writer : writers) writer->pause = 30'000;
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (auto& writer : writers)
    threads.emplace_back([&] {
      writer->run(stop);
      return 0;
    });
  std::mt19937_64 dice(3);
  std::uint64_t losses = 0;
  for (; losses < enough; ++losses) {
    farm.generate();
    std::error_code failed;
    const Path file = std::filesystem::canonical(farm.layout().current_index(), failed);
    BOOST_REQUIRE(!failed);
    const auto size = std::filesystem::file_size(file);
    switch (dice() % 3) {
      case 0: std::filesystem::remove_all(farm.layout().index()); break;
      case 1: std::filesystem::resize_file(file, dice() % size); break;
      default:
        std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
        for (int i = 0; i < 50; ++i) {
          bytes.seekp(static_cast<std::streamoff>(dice() % size));
          bytes.put(static_cast<char>(dice()));
        }
    }
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  farm.generate();
  BOOST_TEST(farm.run({"testfarm-admin", "rebuild", farm.layout().root().string()}) == 0);
  const std::string rebuilt = dump(*must(Index::open(farm.layout(), second_ms)));
  everything_is_whole(farm.layout(), writers);
  // The same logs in a farm that never had an index.
  const DirectFarm clean;
  std::filesystem::remove_all(clean.layout().projects());
  std::filesystem::copy(farm.layout().projects(), clean.layout().projects(),
                        std::filesystem::copy_options::recursive);
  clean.generate();
  BOOST_TEST((dump(*must(Index::open(clean.layout(), second_ms))) == rebuilt));
  std::cout << losses << " times the index was lost or damaged\n";
}

BOOST_AUTO_TEST_SUITE_END()
