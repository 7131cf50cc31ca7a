#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "client/report/key_file.hpp"
#include "e2e/apache.hpp"
#include "e2e/writer.hpp"
#include "schema/codec.hpp"
#include "schema/signature.hpp"

using namespace testfarm;
using boost::unit_test::precondition;

namespace e2e_front_end {

// From an invite to pages, through a front end, with the programs as people start them.
void whole_way(const std::string& kind) {
  RunningFarm farm(kind);
  const Path client = farm.init_client("box");
  const std::string origin = (farm.path() / "origin").string();
  const auto shell = [&](const std::string& line) {
    BOOST_REQUIRE(std::system(concat("cd ", origin, " && ", line, " >/dev/null 2>&1").c_str()) == 0);
  };
  const auto commit = [&](const std::string& name) {
    shell(concat("touch ", name,
                 " && git add . && git -c user.name=Ann -c user.email=a@example.org commit -q -m 'Add ", name,
                 "'"));
  };
  std::filesystem::create_directories(origin);
  shell("git init -q -b main .");
  commit("good");
  std::ofstream(client / "testfarm.toml")
      << "project = \"p\"\nclient = \"box\"\nserver = \"" << farm.address() << "\"\n[[repository]]\nurl = \""
      << origin
      << "\"\n[[task]]\nname = \"Build\"\nkind = \"build\"\ncommands = [\"cd {source}; export X=carried\", "
         "{ run = \"printf '\\\\033[32mbuilding\\\\033[0m %s\\\\n' $X\", info = \"last 1\" }]\n"
         "[[task]]\nname = \"Test\"\nkind = \"test\"\ncommands = [\"cd {source}; test ! -e bad || { echo "
         "'x.c:1: error: it is bad'; exit 3; }\"]\n";
  const std::string check = farm.run({"testfarm", "check"}, 0, "box");
  BOOST_TEST(check.find(" answers: version") != std::string::npos, check);

  farm.run({"testfarm", "run"}, 0, "box");
  BOOST_TEST(farm.run({"testfarm", "run"}, 0, "box").find("nothing new") != std::string::npos);
  farm.generate();
  BOOST_TEST(must(read_file(farm.site() / "p/index.html")).find("the one client passes") !=
             std::string::npos);

  commit("bad");
  farm.run({"testfarm", "run"}, 1, "box");
  farm.generate();
  BOOST_TEST(must(read_file(farm.site() / "p/index.html")).find("1 of 1 client fails") != std::string::npos);
  std::string red;
  for (const auto& [path, html] : contents_of(farm.site()))
    if (path.ends_with(".html") && html.find("Failed in test") != std::string::npos &&
        path.find("box/2") != std::string::npos)
      red = html;
  for (const char* part :
       {"x.c:1: error: it is bad", "exit status 3", "Add bad", "<b class=\"a2\">building</b> carried"})
    BOOST_TEST(red.find(part) != std::string::npos, part);
  BOOST_TEST(farm.run({"testfarm-generate", "--dry-run", farm.layout().root().string()})
                 .find("0 files would be written") != std::string::npos);
  BOOST_TEST(farm.run({"testfarm-admin", "check", farm.layout().root().string()}).find("all is well") !=
             std::string::npos);
}

boost::test_tools::assertion_result every_front_end(boost::unit_test::test_unit_id /*id*/) {
  boost::test_tools::assertion_result answer(std::getenv("TESTFARM_ALL_FRONT_ENDS") != nullptr);
  answer.message() << "./check --all runs it";
  return answer;
}

// What each front end makes of requests that are not as they should be: the endpoint hears of them, or they
// are refused, and nothing is kept.
void odd_requests(const std::string& kind) {
  RunningFarm farm(kind);
  const ClientSecret secret = must(read_key_file(farm.init_client("box") / "testfarm.key"));
  const std::string target =
      concat(events_path({secret.id.owner, must(ExecutionId::parse("20261121-000000-aaaaaa"))}), "?from=1");
  const std::string body = lines(small_execution());
  const auto head = [&](const std::string& text) {
    const auto headers = sign_request({.method = "POST",
                                       .target_uri = farm.address() + target,
                                       .content_type = events_media_type,
                                       .body = text},
                                      {system_clock().now(), "n", secret.id.text()}, secret.keys.secret_key);
    return concat("POST ", target,
                  " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: ", events_media_type,
                  "\r\nContent-Digest: ", headers.content_digest,
                  "\r\nSignature-Input: ", headers.signature_input, "\r\nSignature: ", headers.signature,
                  "\r\n");
  };
  const auto before = kept_in(farm.layout().root());
  // Too big: our own word, from whichever side of the endpoint's limit.
  const std::string large(200 * 1024, 'x');
  BOOST_TEST(farm.raw(concat(head(large), "Content-Length: ", large.size(), "\r\n\r\n", large),
                      RunningFarm::Then::wait)
                 .find("urn:testfarm:too-large") != std::string::npos);
  // The client dies in the middle of the body, announced or in chunks.
  farm.raw(concat(head(body), "Content-Length: ", body.size(), "\r\n\r\n", body.substr(0, body.size() / 2)));
  farm.raw(concat(head(body), "Transfer-Encoding: chunked\r\n\r\n40\r\n", body.substr(0, 0x40), "\r\n"));
  usleep(300000);
  BOOST_TEST((kept_in(farm.layout().root()) == before));
  // A whole body in chunks is as good as another.
  std::string chunked;
  for (std::size_t at = 0; at < body.size(); at += 100) {
    const std::string piece = body.substr(at, 100);
    char size[10];
    std::snprintf(size, sizeof size, "%zx", piece.size());
    chunked += concat(size, "\r\n", piece, "\r\n");
  }
  const std::string answer =
      farm.raw(concat(head(body), "Transfer-Encoding: chunked\r\n\r\n", chunked, "0\r\n\r\n"),
               RunningFarm::Then::wait);
  BOOST_TEST(answer.starts_with("HTTP/1.1 200"), answer);
  BOOST_TEST(plain_log(farm.layout(),
                       {secret.id.owner, must(ExecutionId::parse("20261121-000000-aaaaaa"))}) == body);
}

}  // namespace e2e_front_end

BOOST_AUTO_TEST_SUITE(e2e_front_end)

BOOST_AUTO_TEST_CASE(fastcgi) { whole_way("fcgid"); }
BOOST_AUTO_TEST_CASE(plain_cgi) { whole_way("cgid"); }
// As on a shared host: nothing but what apache/ has for it.
BOOST_AUTO_TEST_CASE(proxied_to_spawned_processes) { whole_way("proxy"); }
// Those that ./check --all installs.
BOOST_AUTO_TEST_CASE(lighttpd, *precondition(every_front_end)) { whole_way("lighttpd"); }
BOOST_AUTO_TEST_CASE(nginx, *precondition(every_front_end)) { whole_way("nginx"); }
// The client gets through a firewall that knows no NDJSON; with the documented exception it need not try.
BOOST_AUTO_TEST_CASE(modsecurity_with_owasp_crs, *precondition(every_front_end)) { whole_way("modsecurity"); }
BOOST_AUTO_TEST_CASE(modsecurity_with_the_exception, *precondition(every_front_end)) {
  whole_way("modsecurity-excepted");
}
BOOST_AUTO_TEST_CASE(htaccess_with_fastcgi) { whole_way("htaccess-fcgid"); }
BOOST_AUTO_TEST_CASE(htaccess_with_cgi) { whole_way("htaccess-cgi"); }

BOOST_AUTO_TEST_CASE(odd_requests_by_fastcgi) { odd_requests("fcgid"); }
BOOST_AUTO_TEST_CASE(odd_requests_by_cgi) { odd_requests("cgid"); }
BOOST_AUTO_TEST_CASE(odd_requests_by_proxy) { odd_requests("proxy"); }
BOOST_AUTO_TEST_CASE(odd_requests_by_lighttpd, *precondition(every_front_end)) { odd_requests("lighttpd"); }
BOOST_AUTO_TEST_CASE(odd_requests_by_nginx, *precondition(every_front_end)) { odd_requests("nginx"); }

// `apachectl graceful` under load: mod_fcgid sends its processes SIGTERM; each finishes what it has, and
// whoever finds none waits for the next.
BOOST_AUTO_TEST_CASE(a_graceful_restart_loses_nothing) {
  RunningFarm farm;
  std::vector<std::unique_ptr<Writer>> writers;
  for (std::uint64_t i = 0; i < 2; ++i)
    writers.push_back(std::make_unique<Writer>(
        must(curl_transport()), farm.address(),
        must(read_key_file(farm.init_client(concat("box", i)) / "testfarm.key")), i));
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (auto& writer : writers) threads.emplace_back([&] { writer->run(stop); });
  for (int i = 0; i < 3; ++i) {
    usleep(700000);
    kill(farm.server(), SIGUSR1);
  }
  usleep(1500000);
  stop = true;
  for (auto& thread : threads) thread.join();
  farm.generate();
  everything_is_whole(farm.layout(), writers);
}

// An init that failed leaves nothing behind that the next one trips over.
BOOST_AUTO_TEST_CASE(init_may_fail_and_be_repeated) {
  RunningFarm farm;
  const std::string invited =
      farm.run({"testfarm-admin", "client", "invite", farm.layout().root().string(), "p", "box"});
  const auto at = invited.find("--invite ") + 9;
  const std::string code = invited.substr(at, invited.find('\n', at) - at);
  farm.run({"testfarm", "init", "--server", "http://127.0.0.1:1", "--invite", code}, 3, "box");
  BOOST_TEST(farm.run({"testfarm", "check"}, 2, "box").find("there is no testfarm.toml") !=
             std::string::npos);
  farm.run({"testfarm", "init", "--server", farm.address(), "--invite", code}, 0, "box");
  BOOST_TEST(must(read_file(farm.path() / "box/testfarm.toml")).find(farm.address()) != std::string::npos);
  const std::string again = farm.run(
      {"testfarm", "init", "--server", concat("http://localhost:", farm.port()), "--invite", code}, 2, "box");
  BOOST_TEST(again.find("signature does not fit") != std::string::npos, again);
}

// A client that is stopped with Ctrl-C says so; one that meets no farm keeps everything.
BOOST_AUTO_TEST_CASE(a_farm_that_is_away_loses_nothing) {
  auto farm = std::make_unique<RunningFarm>();
  const Path client = farm->init_client("box");
  const auto events = small_execution();
  auto caller = farm->caller(client);
  const ExecutionId id = ExecutionId::make(system_clock().now());
  BOOST_TEST((caller.api->send_events(id, 1, lines(events, 1, 3), 0).kind == Sent::Kind::accepted));
  for (const pid_t endpoint : farm->endpoints()) kill(endpoint, SIGKILL);
  Sent sent{.kind = Sent::Kind::unknown, .next = 0, .closed = false, .body_limit = 0, .why = ""};
  for (int i = 0; i < 100 && sent.kind == Sent::Kind::unknown; ++i)
    sent = caller.api->send_events(id, 4, lines(events, 4, 7), 0);
  BOOST_TEST((sent.kind == Sent::Kind::accepted));
  BOOST_TEST(plain_log(farm->layout(), {caller.api->secret().id.owner, id}) == lines(events));
}

BOOST_AUTO_TEST_SUITE_END()
