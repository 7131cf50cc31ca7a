#include <signal.h>

#include <cstdlib>
#include <fstream>

#include "e2e/apache.hpp"
#include "schema/codec.hpp"

using namespace testfarm;

namespace {

// From an invite to pages, through a front end, with the programs as people start them.
void whole_way(const std::string& kind) {
  RunningFarm farm(kind);
  const Path client = farm.init_client("box");
  const std::string origin = (farm.path() / "origin").string();
  const auto shell = [&](const std::string& line) {
    BOOST_REQUIRE(std::system(cat("cd ", origin, " && ", line, " >/dev/null 2>&1").c_str()) == 0);
  };
  const auto commit = [&](const std::string& name) {
    shell(cat("touch ", name,
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
  BOOST_TEST(check.find("the farm answers") != std::string::npos, check);

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
        path.find("box/") != std::string::npos)
      red = html;
  for (const char* part :
       {"x.c:1: error: it is bad", "exit status 3", "Add bad", "<b class=\"a2\">building</b> carried"})
    BOOST_TEST(red.find(part) != std::string::npos, part);
  BOOST_TEST(farm.run({"testfarm-generate", "--dry-run", farm.layout().root().string()})
                 .find("0 files would be written") != std::string::npos);
  BOOST_TEST(farm.run({"testfarm-admin", "check", farm.layout().root().string()}).find("all is well") !=
             std::string::npos);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(e2e_front_end)

BOOST_AUTO_TEST_CASE(fastcgi) { whole_way("fcgid"); }
BOOST_AUTO_TEST_CASE(plain_cgi) { whole_way("cgid"); }
// As on a shared host: nothing but what apache/ has for it.
BOOST_AUTO_TEST_CASE(htaccess_with_fastcgi) { whole_way("htaccess-fcgid"); }
BOOST_AUTO_TEST_CASE(htaccess_with_cgi) { whole_way("htaccess-cgi"); }

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
      {"testfarm", "init", "--server", cat("http://localhost:", farm.port()), "--invite", code}, 2, "box");
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
  Sent sent{Sent::Kind::unknown, 0, false, 0, ""};
  for (int i = 0; i < 100 && sent.kind == Sent::Kind::unknown; ++i)
    sent = caller.api->send_events(id, 4, lines(events, 4, 7), 0);
  BOOST_TEST((sent.kind == Sent::Kind::accepted));
  BOOST_TEST(plain_log(farm->layout(), {caller.api->secret().id.owner, id}) == lines(events));
}

BOOST_AUTO_TEST_SUITE_END()
