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

#include "admin/fiction.hpp"
#include "e2e/apache.hpp"

using namespace testfarm;

namespace {

std::uint64_t wanted(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return to_unsigned(text == nullptr ? "" : text).value_or(otherwise);
}

std::uint64_t kills_under_apache() { return wanted("TESTFARM_APACHE_KILLS", 10); }

// The endpoint as CGI for one request at a time, killed at some moment of every other one.
class KillingCgi final : public Transport {
 public:
  KillingCgi(const RunningFarm& farm, std::uint64_t seed, std::atomic<std::uint64_t>& kills)
      : farm_(farm),
        body_(farm.path() / cat("body-", seed)),
        answer_(farm.path() / cat("answer-", seed)),
        dice_(seed),
        kills_(kills) {}

  Result<HttpAnswer> send(const HttpRequest& request) override {
    TRY(replace_file(body_, request.body, Sync::no));
    std::vector<std::string> environment{
        "REQUEST_METHOD=" + request.method, "REQUEST_URI=" + request.url.substr(farm_.address().size()),
        cat("CONTENT_LENGTH=", request.body.size()), "GATEWAY_INTERFACE=CGI/1.1"};
    for (const auto& [name, value] : request.headers) {
      std::string variable = name == "Content-Type" ? "CONTENT_TYPE" : "HTTP_" + name;
      for (char& c : variable) c = c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
      environment.push_back(cat(variable, '=', value));
    }
    std::filesystem::remove(answer_);
    Process process({(programs() / "testfarm.fcgi").string(), "--farm", farm_.layout().root().string()},
                    answer_, farm_.path(), body_, environment);
    if (dice_() % 2 == 0) {
      usleep(static_cast<useconds_t>(dice_() % 6000));
      if (process.running()) {
        process.signal(SIGKILL);
        ++kills_;
      }
    }
    process.wait();
    const std::string answer = read_file(answer_).value_or("");
    const auto body = answer.find("\r\n\r\n");
    if (body == std::string::npos) return fail(ErrorKind::unavailable, "killed");
    const auto type = answer.find("Content-Type: ") + 14;
    return HttpAnswer{static_cast<long>(to_signed(answer.substr(8, 3)).value_or(500)),
                      answer.substr(type, answer.find('\r', type) - type), answer.substr(body + 4)};
  }

 private:
  const RunningFarm& farm_;
  Path body_;
  Path answer_;
  std::mt19937_64 dice_;
  std::atomic<std::uint64_t>& kills_;
};

struct SentExecution {
  ExecutionKey key;
  std::string lines;
  std::uint64_t acknowledged = 0;  // the next that the farm wanted
};

// One client: whole executions in pieces of random size, each sent until it is acknowledged, some of them
// twice.
class Writer {
 public:
  Writer(RunningFarm::Caller caller, std::uint64_t seed) : caller_(std::move(caller)), dice_(seed) {}

  void run(const std::atomic<bool>& stop) {
    const FictionHistory history(1, 0, 100 * day_ms, 30);
    while (!stop) {
      const auto events = fiction_execution({}, history, fiction_machine(dice_()), 2, 20, dice_);
      SentExecution sent{
          {caller_.api->secret().id.owner, ExecutionId::make(system_clock().now())}, lines(events), 1};
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
        if (page.find(" 200 ") != std::string::npos && !page.ends_with("</html>\n")) ++half;
        usleep(5000);
      }
    });
    while (go_on()) {
    }
    stop = true;
    for (auto& thread : threads) thread.join();
    BOOST_TEST(half == 0U);
  }

  void everything_is_whole(const std::vector<std::unique_ptr<Writer>>& writers) {
    farm.generate();
    every_page_is_whole();
    auto index = must(Index::open(farm.layout(), second_ms));
    for (const auto& writer : writers) {
      BOOST_TEST(writer->complaint.empty(), writer->complaint);
      BOOST_TEST(!writer->executions.empty());
      for (const SentExecution& sent : writer->executions) {
        BOOST_TEST((plain_log(farm.layout(), sent.key) == sent.lines), sent.key.execution.text());
        const auto row = must(index->execution(sent.key));
        BOOST_TEST((row && row->closed), sent.key.execution.text());
      }
    }
    BOOST_TEST(must(list_directory(farm.layout().open())).empty());
  }

  void every_page_is_whole() const {
    for (const auto& [path, text] : contents_of(farm.site()))
      if (path.ends_with(".html")) BOOST_TEST(text.ends_with("</html>\n"), path);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(e2e_kill, Fixture)

BOOST_AUTO_TEST_CASE(endpoints_at_any_moment) {
  std::atomic<std::uint64_t> kills{0};
  std::vector<std::unique_ptr<Writer>> writers;
  for (std::uint64_t i = 0; i < 3; ++i) {
    auto caller = farm.caller(farm.init_client(cat("box", i)));
    caller.transport = std::make_unique<KillingCgi>(farm, i, kills);
    caller.api =
        std::make_unique<FarmApi>(*caller.transport, farm.address(), caller.api->secret(), system_clock());
    writers.push_back(std::make_unique<Writer>(std::move(caller), i));
  }
  const std::uint64_t enough = wanted("TESTFARM_KILLS", 200);
  write_while(writers, [&] {
    generate_and_kill();
    return kills < enough;
  });
  everything_is_whole(writers);
  std::cout << kills << " endpoints killed at any moment\n";
}

BOOST_AUTO_TEST_CASE(endpoints_under_apache) {
  std::vector<std::unique_ptr<Writer>> writers;
  for (std::uint64_t i = 0; i < 3; ++i)
    writers.push_back(std::make_unique<Writer>(farm.caller(farm.init_client(cat("box", i))), i));
  std::uint64_t kills = 0;
  write_while(writers, [&] {
    const auto ids = farm.endpoints();
    if (!ids.empty() && kill(ids[dice() % ids.size()], SIGKILL) == 0) ++kills;
    if (dice() % 4 == 0) generate_and_kill();
    usleep(static_cast<useconds_t>(dice() % 40000));
    return kills < kills_under_apache();
  });
  everything_is_whole(writers);
  std::cout << kills << " endpoints killed under Apache\n";
}

// The client killed again and again: everything that it ever spooled arrives once, and no execution stays
// open.
BOOST_AUTO_TEST_CASE(clients) {
  const Path client = farm.init_client("box");
  const std::string origin = (farm.path() / "origin").string();
  BOOST_REQUIRE(std::system(cat("git init -q -b main ", origin, " && cd ", origin,
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
  BOOST_TEST(executions > 0U);
  std::cout << rounds << " clients killed, " << executions << " executions whole\n";
}

BOOST_AUTO_TEST_SUITE_END()
