// The endpoint as FastCGI behind a front end of our own: killed at random, asked to stop, replaced.
// TESTFARM_SPAWNER_KILLS: how many to kill (300).
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "e2e/direct.hpp"
#include "e2e/writer.hpp"

using namespace testfarm;

namespace e2e_spawner {
struct Fixture {
  DirectFarm farm;
  std::mt19937_64 dice{7};
};
}  // namespace e2e_spawner

BOOST_FIXTURE_TEST_SUITE(e2e_spawner, e2e_spawner::Fixture)

BOOST_AUTO_TEST_CASE(killed_at_random_under_load) {
  for (const char* limit : {"executions_per_day", "bytes_per_day"}) farm.limit(limit, 1'000'000'000'000);
  FcgiSpawner server = farm.serve(4);
  std::vector<std::unique_ptr<Writer>> writers;
  for (std::uint64_t i = 0; i < 4; ++i)
    writers.push_back(std::make_unique<Writer>(std::make_unique<FcgiTransport>(server, DirectFarm::address),
                                               DirectFarm::address, farm.client(concat("box", i)), i));
  // Ten thousand kills shall not make more executions than a tick can write pages for.
  for (auto& writer : writers) writer->pause = 3000;
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (auto& writer : writers) threads.emplace_back([&] { writer->run(stop); });
  const std::uint64_t enough = wanted("TESTFARM_SPAWNER_KILLS", 300);
  std::uint64_t kills = 0;
  while (kills < enough) {
    usleep(static_cast<useconds_t>(dice() % 6000));
    kill(server.ids()[dice() % server.ids().size()], SIGKILL);
    kills += server.replace_ended();
    if (dice() % 500 == 0) farm.generate();
  }
  stop = true;
  std::thread keeper([&] {
    for (int i = 0; i < 200; ++i) {
      server.replace_ended();
      usleep(10000);
    }
  });
  for (auto& thread : threads) thread.join();
  keeper.join();
  farm.generate();
  everything_is_whole(farm.layout(), writers);
  std::size_t executions = 0;
  for (const auto& writer : writers) executions += writer->executions.size();
  std::cout << kills << " endpoints killed at random, " << executions << " executions whole\n";
}

// SIGTERM while a request is in flight: it is answered, then the process goes. The request waits for the
// log's lock, which this test holds.
BOOST_AUTO_TEST_CASE(a_request_in_flight_is_finished) {
  FcgiSpawner server = farm.serve(1);
  const ClientSecret secret = farm.client("box");
  FcgiTransport transport(server, DirectFarm::address);
  FarmApi api(transport, DirectFarm::address, secret, system_clock());
  const ExecutionId id = ExecutionId::make(system_clock().now());
  const auto events = small_execution();
  BOOST_TEST((api.send_events(id, 1, lines(events, 1, 3), 0).kind == Sent::Kind::accepted));
  auto held = must(lock_log(farm.layout(), {secret.id.owner, id}));
  std::thread later([&] {
    usleep(200000);
    kill(server.ids().front(), SIGTERM);
    usleep(200000);
    held.reset();
  });
  BOOST_TEST((api.send_events(id, 4, lines(events, 4, 7), 0).kind == Sent::Kind::accepted));
  later.join();
  int status = -1;
  pid_t ended = 0;
  for (int i = 0; i < 500 && ended == 0; ++i, usleep(10000))
    ended = waitpid(server.ids().front(), &status, WNOHANG);
  BOOST_TEST(ended == server.ids().front());
  BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 0));
}

// A new program is put in the place of the old one: who serves answers once more and goes.
BOOST_AUTO_TEST_CASE(a_replaced_program_leaves_after_its_answer) {
  const Path program = farm.path() / "own.fcgi";
  std::filesystem::copy_file(programs() / "testfarm.fcgi", program);
  FcgiSpawner server = must(FcgiSpawner::start({program.string(), "--farm", farm.layout().root().string()},
                                               farm.path() / "own-socket", 1, farm.path() / "endpoint.log"));
  FcgiTransport transport(server, DirectFarm::address);
  FarmApi api(transport, DirectFarm::address, farm.client("box"), system_clock());
  BOOST_TEST(api.server_info().has_value());
  BOOST_TEST(api.server_info().has_value());
  BOOST_TEST(server.replace_ended() == 0U);
  std::filesystem::copy_file(programs() / "testfarm.fcgi", farm.path() / "new.fcgi");
  usleep(300000);  // until it waits for the next request: who sees it before leaves without one
  std::filesystem::rename(farm.path() / "new.fcgi", program);
  BOOST_TEST(api.server_info().has_value());
  std::size_t replaced = 0;
  for (int i = 0; i < 500 && replaced == 0; ++i, usleep(10000)) replaced = server.replace_ended();
  BOOST_TEST(replaced == 1U);
  BOOST_TEST(api.server_info().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
