// SIGKILL at any point, under load: no acknowledged event missing, none doubled, no half page.
// TESTFARM_KILLS says how many endpoints to kill in the quick way, each at some microsecond of its POST, as
// CGI processes of this test (200); TESTFARM_APACHE_KILLS how many under Apache with mod_fcgid (10), which
// takes some seconds to notice each, and how many clients.
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <thread>

#include "client/report/key_file.hpp"
#include "e2e/direct.hpp"
#include "e2e/writer.hpp"

using namespace testfarm;

namespace e2e_kill {

std::uint64_t kills_under_apache() { return wanted("TESTFARM_APACHE_KILLS", 10); }

// The endpoint as CGI for one request at a time, killed at some moment of every other one.
std::unique_ptr<Transport> killing_cgi(const RunningFarm& farm, std::uint64_t seed,
                                       std::atomic<std::uint64_t>& kills) {
  auto cgi = std::make_unique<CgiTransport>(farm.layout().root(), farm.address(), farm.path());
  cgi->meanwhile = [dice = std::mt19937_64(seed), &kills](Process& process) mutable {
    if (dice() % 2 != 0) return;
    usleep(static_cast<useconds_t>(dice() % 6000));
    if (!process.running()) return;
    process.signal(SIGKILL);
    ++kills;
  };
  return cgi;
}

struct Fixture {
  RunningFarm farm;
  std::mt19937_64 dice{11};

  // Starts a generator and kills two of three somewhere on their way.
  void generate_and_kill() {
    Process process({(programs() / "testfarm-generate").string(), farm.layout().root().string()},
                    farm.path() / "generate.log", farm.path());
    if (dice() % 3 != 0) {
      usleep(static_cast<useconds_t>(dice() % 15000));
      process.signal(SIGKILL);
    }
    process.wait();
  }

  // Runs the writers, and a reader that looks at a page all the time, until `go_on` says no.
  void write_while(std::vector<std::unique_ptr<Writer>>& writers, const std::function<bool()>& go_on) const {
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> half{0};
    std::vector<std::thread> threads;
    for (auto& writer : writers) threads.emplace_back([&] { writer->run(stop); });
    threads.emplace_back([&] {
      while (!stop) {
        const std::string page = farm.raw("GET /p/index.html HTTP/1.0\r\n\r\n");
        if (page.find(" 200 ") != std::string::npos && !trim(page).ends_with("</html>")) ++half;
        usleep(5000);
      }
    });
    while (go_on()) {
    }
    stop = true;
    for (auto& thread : threads) thread.join();
    BOOST_TEST(half == 0U);
  }

  void all_is_whole(const std::vector<std::unique_ptr<Writer>>& writers) {
    farm.generate();
    every_page_is_whole();
    everything_is_whole(farm.layout(), writers);
  }

  void every_page_is_whole() const {
    for (const auto& [path, text] : contents_of(farm.site()))
      if (path.ends_with(".html")) BOOST_TEST(trim(text).ends_with("</html>"), path);
  }
};

}  // namespace e2e_kill

BOOST_FIXTURE_TEST_SUITE(e2e_kill, e2e_kill::Fixture)

BOOST_AUTO_TEST_CASE(endpoints_at_any_moment) {
  std::atomic<std::uint64_t> kills{0};
  std::vector<std::unique_ptr<Writer>> writers;
  for (std::uint64_t i = 0; i < 3; ++i) {
    const ClientSecret secret = must(read_key_file(farm.init_client(concat("box", i)) / "testfarm.key"));
    writers.push_back(std::make_unique<Writer>(killing_cgi(farm, i, kills), farm.address(), secret, i));
  }
  const std::uint64_t enough = wanted("TESTFARM_KILLS", 200);
  write_while(writers, [&] {
    generate_and_kill();
    return kills < enough;
  });
  all_is_whole(writers);
  std::cout << kills << " endpoints killed at any moment\n";
}

BOOST_AUTO_TEST_CASE(endpoints_under_apache) {
  std::vector<std::unique_ptr<Writer>> writers;
  for (std::uint64_t i = 0; i < 3; ++i) {
    const ClientSecret secret = must(read_key_file(farm.init_client(concat("box", i)) / "testfarm.key"));
    writers.push_back(std::make_unique<Writer>(must(curl_transport()), farm.address(), secret, i));
  }
  std::uint64_t kills = 0;
  write_while(writers, [&] {
    const auto ids = farm.endpoints();
    if (!ids.empty() && kill(ids[dice() % ids.size()], SIGKILL) == 0) ++kills;
    if (dice() % 4 == 0) generate_and_kill();
    usleep(static_cast<useconds_t>(dice() % 40000));
    return kills < kills_under_apache();
  });
  all_is_whole(writers);
  std::cout << kills << " endpoints killed under Apache\n";
}

// The client killed again and again: everything that it ever spooled arrives once, and no execution stays
// open.
BOOST_AUTO_TEST_CASE(clients) {
  const Path client = farm.init_client("box");
  const std::string origin = (farm.path() / "origin").string();
  BOOST_REQUIRE(std::system(concat("git init -q -b main ", origin, " && cd ", origin,
                                   " && git -c user.name=A -c user.email=a@b commit -q --allow-empty -m one")
                                .c_str()) == 0);
  std::ofstream(client / "testfarm.toml")
      << "project = \"p\"\nclient = \"box\"\nserver = \"" << farm.address() << "\"\n[[repository]]\nurl = \""
      << origin
      << "\"\n[[task]]\nname = \"Work\"\ncommands = [\"for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.02; "
         "done\", \"seq 1 3000\", \"true\", \"true\"]\n";
  const std::uint64_t rounds = kills_under_apache();
  for (std::uint64_t i = 0; i < rounds; ++i) {
    Process process({(programs() / "testfarm").string(), "run", "--force"}, farm.path() / "client.log",
                    client);
    usleep(static_cast<useconds_t>(dice() % 600000));
    process.signal(SIGKILL);
    process.wait();
  }
  // What ends the commands of the last one killed holds its lock until they are gone.
  constexpr int locked = 3;
  int status = locked;
  for (int tries = 0; status == locked && tries < 100; ++tries) {
    if (tries > 0) usleep(100000);
    status =
        Process({(programs() / "testfarm").string(), "run", "--force"}, farm.path() / "client.log", client)
            .wait();
  }
  BOOST_TEST(status == 0, read_file(farm.path() / "client.log").value_or("no log"));
  farm.generate();
  const ClientKey owner = client_key("p", "box");
  std::uint64_t executions = 0;
  auto index = must(Index::open(farm.layout(), second_ms));
  for (const auto& [path, text] : contents_of(client / ".testfarm/spool")) {
    if (!path.ends_with(".jsonl")) continue;
    BOOST_TEST(path.starts_with("done/"), path);
    const ExecutionKey key{owner, *execution_of_log(Path(path).filename().string())};
    BOOST_TEST((plain_log(farm.layout(), key) == text), path);
    BOOST_TEST(must(index->execution(key))->closed, path);
    ++executions;
  }
  BOOST_TEST(executions > 0U);
  std::cout << rounds << " clients killed, " << executions << " executions whole\n";
}

BOOST_AUTO_TEST_SUITE_END()
