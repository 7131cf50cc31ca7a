// SIGKILL at any point, under load: no acknowledged event missing, none doubled, no half page.
// TESTFARM_KILLS says how many endpoints to kill (200).
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>

#include "admin/fiction.hpp"
#include "e2e/apache.hpp"

using namespace testfarm;

namespace {

std::uint64_t wanted_kills() {
  const char* text = std::getenv("TESTFARM_KILLS");
  return to_unsigned(text == nullptr ? "" : text).value_or(200);
}

struct SentExecution {
  ExecutionKey key;
  std::string lines;
  std::uint64_t acknowledged = 0;  // the next that the farm wanted
};

// One client: whole executions in pieces of random size, each sent until it is acknowledged, some of them twice.
class Writer {
 public:
  Writer(const RunningFarm& farm, const Path& directory, std::uint64_t seed) : caller_(farm.caller(directory)), dice_(seed) {}

  void run(const std::atomic<bool>& stop) {
    const FictionHistory history(1, 0, 100 * day_ms, 30);
    while (!stop) {
      const auto events = fiction_execution({}, history, fiction_machine(dice_()), 2, 20, dice_);
      SentExecution sent{{caller_.api->secret().id.owner, ExecutionId::make(system_clock().now())}, lines(events), 1};
      while (sent.acknowledged <= events.size()) send_piece(sent, events);
      executions.push_back(std::move(sent));
    }
  }
  std::vector<SentExecution> executions;
  std::string complaint;

 private:
  void send_piece(SentExecution& sent, const std::vector<Event>& events) {
    const std::uint64_t back = dice_() % 4 == 0 ? std::min<std::uint64_t>(sent.acknowledged - 1, 3) : 0;
    const std::uint64_t from = sent.acknowledged - back;
    const std::uint64_t to = std::min<std::uint64_t>(events.size(), sent.acknowledged + dice_() % 8);
    const Sent answer = caller_.api->send_events(sent.key.execution, from, lines(events, from, to), 1000);
    if (answer.kind == Sent::Kind::accepted) {
      if (answer.next < sent.acknowledged) complaint = "the farm forgot acknowledged events";
      sent.acknowledged = answer.next;
    } else if (answer.kind != Sent::Kind::unknown) {
      complaint = answer.why;
      sent.acknowledged = events.size() + 1;
    } else {
      usleep(20000);
    }
  }
  RunningFarm::Caller caller_;
  std::mt19937_64 dice_;
};

struct Fixture {
  RunningFarm farm;
  std::mt19937_64 dice{11};

  // Starts a generator and kills two of three somewhere on their way.
  void generate_and_kill() {
    Process process({(programs() / "testfarm-generate").string(), farm.layout().root().string()}, farm.path() / "generate.log", farm.path());
    if (dice() % 3 != 0) {
      usleep(static_cast<useconds_t>(dice() % 15000));
      process.signal(SIGKILL);
    }
    process.wait();
  }

  void every_page_is_whole() const {
    for (const auto& [path, text] : contents_of(farm.site()))
      if (path.ends_with(".html")) BOOST_TEST(text.ends_with("</html>\n"), path);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(e2e_kill, Fixture)

BOOST_AUTO_TEST_CASE(endpoints_and_generators) {
  std::vector<std::unique_ptr<Writer>> writers;
  for (std::uint64_t i = 0; i < 3; ++i) writers.push_back(std::make_unique<Writer>(farm, farm.init_client(cat("box", i)), i));
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (auto& writer : writers) threads.emplace_back([&] { writer->run(stop); });
  // A reader that looks at the front page all the time.
  std::atomic<std::uint64_t> half{0};
  std::atomic<std::uint64_t> looked{0};
  threads.emplace_back([&] {
    while (!stop) {
      const std::string page = farm.raw("GET /p/index.html HTTP/1.0\r\n\r\n");
      if (page.find(" 200 ") != std::string::npos) ++looked;
      if (page.find(" 200 ") != std::string::npos && !page.ends_with("</html>\n")) ++half;
      usleep(5000);
    }
  });
  std::uint64_t kills = 0;
  const Millis began = system_clock().boot_time();
  while (kills < wanted_kills() && system_clock().boot_time() - began < 10 * minute_ms) {
    const auto ids = farm.endpoints();
    if (!ids.empty() && kill(ids[dice() % ids.size()], SIGKILL) == 0) ++kills;
    if (dice() % 4 == 0) generate_and_kill();
    usleep(static_cast<useconds_t>(dice() % 40000));
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  BOOST_TEST(kills >= wanted_kills());
  BOOST_TEST(half == 0U);
  BOOST_TEST(looked > 0U);

  farm.generate();
  every_page_is_whole();
  std::uint64_t executions = 0;
  auto index = must(Index::open(farm.layout(), second_ms));
  for (const auto& writer : writers) {
    BOOST_TEST(writer->complaint.empty(), writer->complaint);
    for (const SentExecution& sent : writer->executions) {
      ++executions;
      BOOST_TEST((plain_log(farm.layout(), sent.key) == sent.lines), sent.key.execution.text());
      const auto row = must(index->execution(sent.key));
      BOOST_TEST((row && row->closed), sent.key.execution.text());
    }
  }
  BOOST_TEST(must(list_directory(farm.layout().open())).empty());
  BOOST_TEST_MESSAGE(kills << " endpoints killed, " << executions << " executions whole, " << looked << " pages read");
  std::cout << kills << " endpoints killed, " << executions << " executions whole, " << looked << " pages read\n";
}

// The client killed again and again: everything that it ever spooled arrives once, and no execution stays open.
BOOST_AUTO_TEST_CASE(clients) {
  const Path client = farm.init_client("box");
  const std::string origin = (farm.path() / "origin").string();
  BOOST_REQUIRE(std::system(cat("git init -q -b main ", origin, " && cd ", origin, " && git -c user.name=A -c user.email=a@b commit -q --allow-empty -m one").c_str()) == 0);
  std::ofstream(client / "testfarm.toml") << "project = \"p\"\nclient = \"box\"\nserver = \"" << farm.address() << "\"\n[[repository]]\nurl = \"" << origin
                                          << "\"\n[[task]]\nname = \"Work\"\ncommands = [\"for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.02; done\", \"seq 1 3000\", \"true\", \"true\"]\n";
  const std::uint64_t rounds = std::max<std::uint64_t>(wanted_kills() / 4, 10);
  for (std::uint64_t i = 0; i < rounds; ++i) {
    Process process({(programs() / "testfarm").string(), "run", "--force"}, farm.path() / "client.log", client);
    usleep(static_cast<useconds_t>(dice() % 600000));
    process.signal(SIGKILL);
    process.wait();
  }
  farm.run({"testfarm", "run", "--force"}, 0, "box");
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
  BOOST_TEST(executions > rounds / 4);
  std::cout << rounds << " clients killed, " << executions << " executions whole\n";
}

BOOST_AUTO_TEST_SUITE_END()
