// The generator killed at each system call of a tick and at random, and read while it writes: whatever
// happens, the next tick makes the site that one clean walk makes, and no reader ever meets half a page or a
// dead link.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>

#include "e2e/direct.hpp"

using namespace testfarm;

namespace e2e_generate {

struct Fixture {
  DirectFarm farm;
  ClientSecret secret = farm.client("box");
  std::vector<Event> events = small_execution(Outcome::failed);
  CgiTransport transport{farm.layout().root(), DirectFarm::address, farm.path()};
  FarmApi api{transport, DirectFarm::address, secret, system_clock()};
  std::vector<std::string> tick{"testfarm-generate", "--quiet", farm.layout().root().string()};
  Path site = must(read_farm_config(farm.layout())).site;
  std::mt19937_64 dice{5};
  ExecutionId id = ExecutionId::make(system_clock().now());
  std::size_t said = 0;

  Fixture() {
    farm.limit("executions_per_day", 1'000'000);
    farm.run({"testfarm-admin", "simulate", farm.layout().root().string(), "p", "--executions", "8",
              "--clients", "2"});
    farm.generate();
  }

  // The next events of the box: now output only, now an end.
  void something_happens() {
    if (said == events.size()) {
      id = ExecutionId::make(system_clock().now());
      said = 0;
    }
    const std::size_t more = std::min<std::size_t>(1 + dice() % 3, events.size() - said);
    const Sent sent = api.send_events(id, said + 1, lines(events, said + 1, said + more), 0);
    BOOST_REQUIRE((sent.kind == Sent::Kind::accepted));
    said += more;
  }

  // The site of now against the one that is made from nothing.
  void same_as_clean(const std::string& where) const {
    farm.generate();
    auto grown = contents_of(site);
    std::filesystem::remove_all(site);
    farm.generate();
    auto clean = contents_of(site);
    for (auto* one : {&grown, &clean}) one->erase("made.json");  // it tells the time
    for (const auto& [path, bytes] : grown)
      BOOST_TEST((clean.contains(path) && clean.at(path) == bytes), path << " differs after " << where);
    BOOST_TEST(grown.size() == clean.size(), where);
  }
};

}  // namespace e2e_generate

BOOST_FIXTURE_TEST_SUITE(e2e_generate, e2e_generate::Fixture)

BOOST_AUTO_TEST_CASE(killed_at_each_system_call_of_a_tick) {
  const Path trace = farm.path() / "trace";
  const auto traced = [&](std::vector<std::string> before) {
    before.insert(before.end(), tick.begin(), tick.end());
    farm.run(before);
    return must(read_file(trace));
  };
  // An execution from nothing to its end, and all its lists: as many calls as a tick has.
  said = events.size();
  something_happens();
  BOOST_REQUIRE((api.send_events(id, said + 1, lines(events, said + 1), 0).kind == Sent::Kind::accepted));
  said = events.size();
  const auto calls = calls_in(traced({strace, "-qq", "-o", trace.string()}));
  BOOST_REQUIRE(calls.size() > 300);
  std::map<std::string, std::size_t> seen;
  const std::size_t stride = std::getenv("TESTFARM_EVERY_FAULT") != nullptr ? 1 : 12;
  std::size_t kills = 0;
  for (std::size_t n = 0; n < calls.size(); ++n) {
    const std::size_t number = ++seen[calls[n]];
    if (n % stride != 0 || calls[n] == "execve") continue;
    something_happens();
    const std::string killed = traced({strace, "-qq", "-o", trace.string(), "-e",
                                       concat("inject=", calls[n], ":signal=KILL:when=", number)});
    if (killed.find("SIGKILL") != std::string::npos) ++kills;
    if (n / stride % 20 == 19) same_as_clean(concat("a kill at ", calls[n], ' ', number));
  }
  same_as_clean("the last kill");
  BOOST_TEST(kills > 20U);
  std::cout << kills << " system calls of a tick killed at\n";
}

BOOST_AUTO_TEST_CASE(killed_at_random) {
  const std::uint64_t enough = wanted("TESTFARM_TICK_KILLS", 60);
  std::uint64_t kills = 0;
  for (std::uint64_t tries = 1; kills < enough; ++tries) {
    BOOST_REQUIRE(tries < 20 * enough + 100);
    something_happens();
    // Now and then everything is due, and several threads write.
    auto command = tick;
    command.front() = (programs() / command.front()).string();
    if (dice() % 3 == 0) command.emplace_back("--full");
    Process process(command, farm.path() / "generate.log", farm.path());
    usleep(static_cast<useconds_t>(dice() % 25'000));
    if (process.running()) {
      process.signal(SIGKILL);
      ++kills;
    }
    process.wait();
    if (kills % 50 == 0) same_as_clean(concat("kill ", kills));
  }
  same_as_clean("the last kill");
  std::cout << kills << " generators killed at random\n";
}

BOOST_AUTO_TEST_CASE(one_that_watches_follows_until_it_is_asked_to_stop) {
  Process watcher(
      {(programs() / "testfarm-generate").string(), "--watch", "--quiet", farm.layout().root().string()},
      farm.path() / "watch.log", farm.path());
  const auto comes = [&](const Path& file, const std::string& word) {
    for (int tries = 0; tries < 400; ++tries, usleep(50'000))
      if (read_file(file).value_or("").find(word) != std::string::npos) return true;
    return false;
  };
  const Path page = site / "p/box" / (id.text() + ".html");
  BOOST_REQUIRE((api.send_events(id, 1, lines(events, 1, 3), 0).kind == Sent::Kind::accepted));
  BOOST_TEST(comes(page, "is at task 1"));
  BOOST_REQUIRE((api.send_events(id, 4, lines(events, 4, 4), 0).kind == Sent::Kind::accepted));
  BOOST_TEST(comes(site / "p/box" / (id.text() + ".live.txt"), "x.c:1: error: no"));
  BOOST_REQUIRE((api.send_events(id, 5, lines(events, 5), 0).kind == Sent::Kind::accepted));
  BOOST_TEST(comes(page, "Failed in build"));
  watcher.signal(SIGTERM);
  BOOST_TEST(watcher.wait() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
