// A client in bad weather: every execution that it finished arrives exactly once, byte for byte, and nothing
// that it started outlives it.
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "e2e/apache.hpp"
#include "e2e/small_disk.hpp"
#include "e2e/weather.hpp"

using namespace testfarm;

namespace e2e_chaos {

constexpr const char* marker = "31415.92653";  // seconds that nobody else sleeps

std::vector<pid_t> sleepers() {
  std::vector<pid_t> ids;
  for (const auto& name : must(list_directory("/proc"))) {
    const auto id = to_signed(name);
    if (id && read_file(concat("/proc/", name, "/cmdline")).value_or("").find(marker) != std::string::npos)
      ids.push_back(static_cast<pid_t>(*id));
  }
  return ids;
}

struct Fixture {
  RunningFarm farm;
  Weather weather{farm.port(), 7};
  std::mt19937_64 dice{20261125};
  ClientKey client = client_key("p", "box");
  Path home = farm.path() / "box";
  Path state = small_disk().empty() ? home / ".testfarm" : small_disk() / "chaos";

  Fixture() {
    farm.init_client("box");
    // The client knows the farm by the weather's address, and signatures cover it.
    std::string config = must(read_file(farm.layout().farm_toml()));
    config.replace(config.find(farm.address()), farm.address().size(), weather.address());
    // More executions than a client may send in a day.
    const std::string limit = "executions_per_day = 500";
    BOOST_REQUIRE(config.find(limit) != std::string::npos);
    config.replace(config.find(limit), limit.size(), "executions_per_day = 100000");
    must(replace_file(farm.layout().farm_toml(), config, Sync::no));
    BOOST_REQUIRE(std::system(concat("cd ", farm.path().string(),
                                     " && mkdir origin && cd origin && git init -q -b main . && "
                                     "git -c user.name=A -c user.email=a@b commit -q --allow-empty -m one")
                                  .c_str()) == 0);
    std::ofstream(home / "testfarm.toml")
        << "project = \"p\"\nclient = \"box\"\nserver = \"" << weather.address() << "\"\nstate = \""
        << state.string() << "\"\nevery = \"1s\"\n[schedule]\nlow_priority = false\n[[repository]]\nurl = \""
        << (farm.path() / "origin").string() << "\"\n"
        << "[[task]]\nname = \"Say\"\ncommands = [\"echo $$ $(date); seq 1 400; (setsid sleep " << marker
        << " &) ; sleep 0.2; echo done\"]\n"
        << "[[task]]\nname = \"Work\"\ncommands = [\"head -c 2000 /dev/urandom | od -x\", \"sleep 0.1\"]\n";
  }

  Path spool() const { return state / "spool"; }

  // One run, with something happening to it.
  void round(std::uint64_t number) {
    weather.bad_per_hundred = static_cast<unsigned>(dice() % 60);
    weather.down = dice() % 8 == 0;
    Process run({(programs() / "testfarm").string(), "--quiet", "run", "--force"}, home / "log", home);
    const auto wait_at_most = [&](std::uint64_t ms) {
      for (std::uint64_t waited = 0; waited < ms && run.running(); waited += 10) usleep(10'000);
    };
    wait_at_most(dice() % 1500);
    switch (dice() % 6) {
      case 0: run.signal(SIGKILL); break;  // the guard
      case 1: kill_worker_of(run.id()); break;
      case 2: run.signal(SIGTERM); break;
      case 3:
        for (const pid_t id : farm.endpoints()) kill(id, SIGKILL);
        break;
      case 4: fill_disk(true); break;
      default: break;
    }
    wait_at_most(1500);
    fill_disk(false);
    weather.down = false;
    weather.bad_per_hundred = 0;
    wait_at_most(3000);
    if (run.running()) run.signal(SIGTERM);
    run.wait();
    BOOST_TEST_CONTEXT("round " << number) {
      nothing_is_left();
      nobody_works();
    }
  }

  // A worker whose guard was killed ends by itself, and soon.
  void nobody_works() const {
    for (int i = 0; i < 1500; ++i) {
      if (const auto lock = LockFile::take(state / "lock", 0); lock || lock.error().kind != ErrorKind::busy)
        return;
      usleep(10'000);
    }
    BOOST_ERROR("a testfarm still works");
  }

  void kill_worker_of(pid_t guard) const {
    const auto children = read_file(concat("/proc/", guard, "/task/", guard, "/children")).value_or("");
    if (const auto id = to_signed(trim(children.substr(0, children.find(' ')))))
      kill(static_cast<pid_t>(*id), SIGKILL);
  }

  void fill_disk(bool full) const {
    if (small_disk().empty()) return;
    const Path ballast = small_disk() / "ballast";
    if (!full) {
      must(remove_file(ballast));
      return;
    }
    std::ofstream out(ballast, std::ios::binary);
    const std::string block(4096, 'x');
    while (out.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }

  void nothing_is_left() const {
    for (int i = 0; i < 300 && !sleepers().empty(); ++i) usleep(10'000);
    BOOST_TEST(sleepers().empty());
  }

  // What the farm has, as of now; and back to it later.
  void copy_farm(const Path& from, const Path& to) const {
    std::filesystem::remove_all(to);
    std::filesystem::copy(
        from, to, std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks);
  }

  void flush() const {
    for (int tries = 0; tries < 20; ++tries) {
      Process flush({(programs() / "testfarm").string(), "flush"}, home / "log", home);
      if (flush.wait() == 0) return;
    }
    BOOST_ERROR("not everything could be sent: " << must(read_file(home / "log")));
  }

  // Sends the rest, and compares all that the client has ever finished with what the farm has. The client's
  // own copies then go: its disk is small.
  void all_has_arrived() {
    farm.run({"testfarm", "run", "--force"}, 0, "box");
    flush();
    for (const auto& [path, bytes] : contents_of(spool() / "done"))
      if (path.ends_with(".jsonl")) finished[path.substr(0, path.size() - 6)] = bytes;
    std::filesystem::remove_all(spool() / "done");
    std::size_t logs = 0;
    for (const auto& [path, bytes] : contents_of(farm.layout().client(client)))
      if (path.ends_with(".jsonl") && path.find('/') != std::string::npos &&
          !path.ends_with("summaries.jsonl"))
        ++logs;
    BOOST_TEST(logs == finished.size());
    for (const auto& [id, lines] : finished)
      BOOST_TEST(plain_log(farm.layout(), {client, must(ExecutionId::parse(id))}) == lines, id);
    for (const auto& [path, bytes] : contents_of(spool() / "parked"))
      if (path.ends_with(".why")) BOOST_ERROR("parked: " << bytes);
  }
  std::map<std::string, std::string> finished;  // executions, by their ids
};

}  // namespace e2e_chaos

BOOST_FIXTURE_TEST_SUITE(e2e_chaos, e2e_chaos::Fixture)

BOOST_AUTO_TEST_CASE(everything_finished_arrives_once) {
  const std::uint64_t rounds = wanted("TESTFARM_CHAOS", 12);
  const Path farm_directory = farm.layout().root();
  for (std::uint64_t number = 1; number <= rounds; ++number) {
    round(number);
    if (number % 25 == 6) copy_farm(farm_directory / "projects", farm.path() / "copy");
    // Restored from a copy: what came since is gone there, and comes again.
    if (number % 25 == 9) copy_farm(farm.path() / "copy", farm_directory / "projects");
    if (number % 10 == 0) farm.generate();
    if (number % 25 == 0) all_has_arrived();
    if (number % 25 == 0) std::cout << number << " rounds, " << finished.size() << " executions" << std::endl;
  }
  all_has_arrived();
  std::cout << rounds << " rounds: " << finished.size() << " executions whole; " << weather.passed
            << " requests passed, " << weather.hindered << " hindered\n";
}

BOOST_AUTO_TEST_SUITE_END()
