// The client as its owner types it, against a farm behind a real Apache.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "e2e/apache.hpp"
#include "store/clients/register.hpp"
#include "store/clients/state.hpp"
#include "store/index/history.hpp"

using namespace testfarm;

namespace e2e_client {

struct Fixture {
  RunningFarm farm;
  ClientKey client = client_key("p", "box");
  Path home = farm.init_client("box");
  Path origin = farm.path() / "origin";

  Fixture() {
    shell("mkdir origin && cd origin && git init -q -b main .");
    commit("one");
    define("");
  }
  void shell(const std::string& line) const {
    BOOST_REQUIRE_MESSAGE(
        std::system(concat("cd ", farm.path().string(), " && (", line, ") >/dev/null 2>&1").c_str()) == 0,
        line);
  }
  void commit(const std::string& text) const {
    shell(
        concat("cd origin && git -c user.name=A -c user.email=a@b commit -q --allow-empty -m '", text, "'"));
  }
  void define(const std::string& top, const std::string& commands = "\"echo hello\"",
              const std::string& local = {}) const {
    std::ofstream(home / "testfarm.toml")
        << "project = \"p\"\nclient = \"box\"\nserver = \"" << farm.address() << "\"\nevery = \"1s\"\n"
        << top << "\n[[repository]]\nurl = \"" << origin.string()
        << "\"\n[[task]]\nname = \"Say\"\ncommands = [" << commands << "]\n";
    if (!local.empty()) std::ofstream(home / "testfarm.local.toml") << local;
  }
  std::string testfarm(std::vector<std::string> words, int expected = 0) {
    words.insert(words.begin(), "testfarm");
    return farm.run(words, expected, "box");
  }
  std::size_t executions() {
    farm.generate();
    const auto document = must(read_file(farm.site() / "p/history.json"));
    std::size_t count = 0;
    for (auto at = document.find("\"execution\""); at != std::string::npos;
         at = document.find("\"execution\"", at + 1))
      ++count;
    return count;
  }
  bool soon(const std::function<bool()>& true_at_last) const {
    for (int i = 0; i < 100; ++i) {
      if (true_at_last()) return true;
      usleep(100'000);
    }
    return false;
  }
  Activity activity() const { return must(read_client_state(farm.layout(), client)).activity; }
};

}  // namespace e2e_client

BOOST_FIXTURE_TEST_SUITE(e2e_client, e2e_client::Fixture)

// The farm moves under a client that runs: nothing is refused, and who comes new uses the new address.
BOOST_AUTO_TEST_CASE(a_client_reports_through_a_move) {
  testfarm({"run", "--force"});
  const std::string moved = concat("http://localhost:", farm.port());
  std::string toml = must(read_file(farm.layout().farm_toml()));
  const std::string old = farm.address();
  toml.replace(toml.find(old), old.size(), moved);
  toml += concat("\n[[former]]\nbase_url = \"", old, "\"\nuntil = \"2999-01-01\"\n");
  must(replace_file(farm.layout().farm_toml(), toml, Sync::no));
  sleep(2);  // the endpoint looks at farm.toml once a second
  testfarm({"run", "--force"});
  BOOST_TEST(executions() == 2U);
  define("");
  std::string definition = must(read_file(home / "testfarm.toml"));
  definition.replace(definition.find(old), old.size(), moved);
  must(replace_file(home / "testfarm.toml", definition, Sync::no));
  testfarm({"run", "--force"});
  BOOST_TEST(executions() == 3U);
  BOOST_TEST(farm.run({"testfarm-admin", "status", farm.layout().root().string()})
                 .find("Refused in 24 hours: nothing") != std::string::npos);
}

// As a volunteer would after a mistake or a theft: the same directory, a new invite.
BOOST_AUTO_TEST_CASE(whose_key_was_revoked_registers_again_with_a_new_one) {
  const std::string before = must(read_file(home / "testfarm.key"));
  const std::string directory = farm.layout().root().string();
  BOOST_TEST(testfarm({"check"}).find("good  " + farm.address()) != std::string::npos);
  farm.run({"testfarm-admin", "client", "revoke", directory, "p", "box"});
  // An address that answers is not a farm that takes what is sent.
  BOOST_TEST(testfarm({"check"}, 2).find("BAD   " + farm.address()) != std::string::npos);
  const std::string said = farm.run({"testfarm-admin", "client", "invite", directory, "p", "box"});
  const auto at = said.find("--invite ") + 9;
  const std::string code = said.substr(at, said.find('\n', at) - at);
  const std::string told = testfarm({"init", "--server", farm.address(), "--invite", code});
  BOOST_TEST(told.find("the farm revoked the key") != std::string::npos, told);
  BOOST_TEST(told.find("registered as p.box.2") != std::string::npos, told);
  BOOST_TEST(must(read_file(home / "testfarm.key")) != before);
  testfarm({"run", "--force"});
  BOOST_TEST(executions() == 1U);
}

BOOST_AUTO_TEST_CASE(watches_pauses_and_does_what_it_is_asked) {
  Process watch({(programs() / "testfarm").string(), "--quiet", "watch"}, home / "log", home);
  BOOST_TEST(soon([&] { return executions() == 1; }));
  commit("two");
  BOOST_TEST(soon([&] { return executions() == 2; }));

  testfarm({"pause"});
  BOOST_TEST(soon([&] { return activity() == Activity::paused; }));
  commit("three");
  usleep(2'500'000);
  BOOST_TEST(executions() == 2U);
  testfarm({"resume"});
  BOOST_TEST(soon([&] { return executions() == 3; }));

  farm.run({"testfarm-admin", "client", "ask", farm.layout().root().string(), "p", "box", "run"});
  BOOST_TEST(soon([&] { return executions() == 4; }));
  BOOST_TEST(soon([&] { return must(read_client_register(farm.layout(), client)).requests.empty(); }));

  testfarm({"away", "--until", "2d"});
  BOOST_TEST(soon([&] { return activity() == Activity::paused; }));
  const ClientState state = must(read_client_state(farm.layout(), client));
  BOOST_TEST(state.deadline - state.heard_at > 47 * hour_ms);
  BOOST_TEST(testfarm({"status"}).find("away until") != std::string::npos);
  BOOST_TEST(testfarm({"status"}).find("a testfarm works for it just now") != std::string::npos);
  watch.signal(SIGTERM);
  BOOST_TEST(watch.wait() == 0);
}

BOOST_AUTO_TEST_CASE(no_secret_reaches_the_farm) {
  setenv("TESTFARM_E2E_TOKEN", "s3cr3t-of-the-environment", 1);
  setenv("TESTFARM_E2E_OTHER", "not-passed-on", 1);
  define("secrets = [\"TESTFARM_E2E_TOKEN\", \"deploy.password\"]",
         "{ run = \"env; echo {deploy.password}; printf 's3cr3t-of'; sleep 1.2; echo '-the-environment'; "
         "echo $TESTFARM_E2E_TOKEN >&2\", "
         "info = \"match s3cr3t\", stats = \"echo '{deploy.password} 3'\", tests = \"tap\" }, "
         "{ run = \"echo not ok 1 - {deploy.password} is wrong; exit 1\", tests = \"tap\" }",
         "[parameters.deploy]\npassword = \"hunter2-hunter2\"\n");
  testfarm({"run"}, 1);
  farm.generate();
  std::size_t masked = 0;
  for (const Path& where : {farm.layout().root(), farm.site()})
    for (const auto& [path, bytes] : contents_of(where))
      for (const char* secret : {"s3cr3t-of-the-environment", "hunter2-hunter2", "not-passed-on"}) {
        BOOST_TEST(bytes.find(secret) == std::string::npos, path);
        masked += bytes.find("***") != std::string::npos ? 1U : 0U;
      }
  BOOST_TEST(masked > 0U);
}

// Two clients of one definition: the one is not held up by the other, and nothing of both is left.
BOOST_AUTO_TEST_CASE(variants_are_watched_side_by_side) {
  farm.init_client("slow");
  farm.init_client("quick");
  const Path both = farm.path() / "both";
  std::filesystem::create_directories(both);
  for (const char* name : {"slow", "quick"})
    std::filesystem::copy(farm.path() / name / "testfarm.key", both / concat(name, ".key"));
  std::ofstream(both / "testfarm.toml")
      << "project = \"p\"\nserver = \"" << farm.address()
      << "\"\nevery = \"1s\"\n[schedule]\nat_once = 2\n[[variant]]\nclient = \"slow\"\n"
      << "[variant.parameters]\nhow = \"sleep 271.828\"\n[[variant]]\nclient = "
         "\"quick\"\n[variant.parameters]\nhow = \"true\"\n"
      << "[[repository]]\nurl = \"" << origin.string()
      << "\"\n[[task]]\nname = \"Work\"\ncommands = [\"{how}\"]\n";
  const auto executions_of = [&](const std::string& name) {
    farm.generate();
    auto index = must(Index::open(farm.layout(), second_ms));
    BOOST_REQUIRE(index.has_value());
    return must(History(*index).latest_rows(client_key("p", name), 100)).size();
  };
  Process watch({(programs() / "testfarm").string(), "--quiet", "watch"}, both / "log", both);
  BOOST_TEST(soon([&] { return executions_of("quick") == 1 && executions_of("slow") == 1; }));
  commit("two");
  BOOST_TEST(soon([&] { return executions_of("quick") == 2; }));
  watch.signal(SIGTERM);
  BOOST_TEST(watch.wait() == 0);
  for (const auto& name : must(list_directory("/proc")))
    BOOST_TEST(read_file(concat("/proc/", name, "/cmdline")).value_or("").find("271.828") ==
               std::string::npos);
}

// From one line of the maintainer's to two clients of one file, which take turns.
BOOST_AUTO_TEST_CASE(one_invite_lets_a_matrix_in) {
  const std::string told = farm.run(
      {"testfarm-admin", "client", "invite", farm.layout().root().string(), "p", "debian-*", "--count", "2"});
  const auto at = told.find("--invite '") + 10;
  const std::string code = told.substr(at, told.find('\'', at) - at);
  std::filesystem::create_directories(farm.path() / "many");
  const std::vector<std::string> init{"testfarm", "init", "--server", farm.address(), "--invite", code};
  const std::string first = farm.run(init, 0, "many");
  BOOST_TEST(first.find("nothing is registered yet") != std::string::npos, first);
  const Path file = farm.path() / "many/testfarm.toml";
  BOOST_TEST(must(read_file(file)).find("[matrix]") != std::string::npos);
  std::ofstream(file)
      << "project = \"p\"\nclient = \"debian\"\nserver = \"" << farm.address()
      << "\"\nevery = \"1s\"\n[matrix]\ncompiler = [\"gcc\", \"clang\", \"tcc\"]\n"
      << "[[repository]]\nurl = \"" << origin.string()
      << "\"\n[[task]]\nname = \"Work\"\ncommands = [\"mkdir ../../busy && sleep 0.3 && rmdir "
         "../../busy\"]\n";
  const std::string third = farm.run(init, 2, "many");
  BOOST_TEST(third.find("registered as p.debian-clang.1") != std::string::npos, third);
  BOOST_TEST(third.find("BAD   p/debian-tcc") != std::string::npos, third);
  std::string text = must(read_file(file));
  std::ofstream(file) << text.replace(text.find(", \"tcc\""), 7, "");
  BOOST_TEST(farm.run(init, 0, "many").find("registered as p.debian-gcc.1") != std::string::npos);
  BOOST_TEST(farm.run({"testfarm", "run", "--client", "debian-gcc"}, 0, "many").find("debian-clang") ==
             std::string::npos);
  commit("two");
  Process watch({(programs() / "testfarm").string(), "watch"}, farm.path() / "many/log",
                farm.path() / "many");
  const auto passed = [&](const std::string& name) {
    farm.generate();
    auto index = must(Index::open(farm.layout(), second_ms));
    BOOST_REQUIRE(index.has_value());
    const auto rows = must(History(*index).latest_rows(client_key("p", name), 100));
    BOOST_TEST(std::all_of(rows.begin(), rows.end(), [](const ExecutionRow& row) {
      return !row.summary.ended() || row.summary.progress == Progress::passed;
    }));
    return rows.size();
  };
  BOOST_TEST(soon([&] { return passed("debian-gcc") == 2 && passed("debian-clang") == 1; }));
  watch.signal(SIGTERM);
  BOOST_TEST(watch.wait() == 0);
}

// Nobody knows when it looks again, and it is not late for that.
BOOST_AUTO_TEST_CASE(who_waits_for_its_hours_promises_its_heartbeat) {
  define("[schedule]\nfree_disk = \"900000G\"");
  Process watch({(programs() / "testfarm").string(), "--quiet", "watch"}, farm.path() / "log", home);
  const auto heard = [&] { return must(read_client_state(farm.layout(), client)); };
  BOOST_TEST(soon([&] { return heard().heard_at > 0; }));
  BOOST_TEST(heard().deadline - heard().heard_at >= 15 * minute_ms);
  watch.signal(SIGTERM);
  BOOST_TEST(watch.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_service_is_written) {
  setenv("XDG_CONFIG_HOME", (farm.path() / "config").c_str(), 1);
  const std::string said = testfarm({"install-service"});
  BOOST_TEST(said.find("systemctl --user") != std::string::npos);
  const std::string unit = must(read_file(farm.path() / "config/systemd/user/testfarm-p-box.service"));
  BOOST_TEST(unit.find("watch") != std::string::npos);
  BOOST_TEST(unit.find((home / "testfarm.toml").string()) != std::string::npos);
  BOOST_TEST(testfarm({"install-service", "--cron"}).find("* * * *") != std::string::npos);
  BOOST_TEST(testfarm({"uninstall-service"}).find("removed ") != std::string::npos);
  BOOST_TEST(!file_exists(farm.path() / "config/systemd/user/testfarm-p-box.service"));
  BOOST_TEST(testfarm({"uninstall-service"}, 2).find("no unit in") != std::string::npos);
  unsetenv("XDG_CONFIG_HOME");
}

// What the maintainer wrote for volunteers, one line of theirs, and what it would run is shown.
BOOST_AUTO_TEST_CASE(a_farm_offers_a_definition_to_start_with) {
  const auto invite = [&](const std::string& name, const std::string& directory) {
    std::filesystem::create_directories(farm.path() / directory);
    const std::string told =
        farm.run({"testfarm-admin", "client", "invite", farm.layout().root().string(), "p", name});
    const auto at = told.find("--invite ") + 9;
    std::string code = told.substr(at, told.find('\n', at) - at);
    std::erase(code, '\'');
    return farm.run({"testfarm", "init", "--server", farm.address(), "--invite", code}, 0, directory);
  };
  const Path start = farm.layout().start_toml(project_id("p"));
  std::ofstream(start) << "# Ours.\nevery = \"7m\"\n[[repository]]\nurl = \"" << origin.string()
                       << "\"\n[[task]]\nname = \"Offered\"\ncommands = [\"echo offered\"]\n";
  farm.generate();
  BOOST_TEST(must(read_file(farm.site() / "p/start.txt")) == must(read_file(start)));
  BOOST_TEST(must(read_file(farm.site() / "p/index.html")).find("href=\"start.txt\"") != std::string::npos);
  const std::string said = invite("volunteer", "volunteer");
  BOOST_TEST(said.find("as the farm offers it for p") != std::string::npos, said);
  BOOST_TEST(said.find("$ echo offered") != std::string::npos, said);
  BOOST_TEST(farm.run({"testfarm", "run"}, 0, "volunteer").find("passed") != std::string::npos);
  const std::string several = invite("mac-*", "several");
  BOOST_TEST(several.find("$ echo offered") != std::string::npos, several);
  // Where there is none, the general one.
  std::filesystem::remove(start);
  farm.generate();
  BOOST_TEST(!file_exists(farm.site() / "p/start.txt"));
  BOOST_TEST(invite("other", "other").find("offers") == std::string::npos);
  BOOST_TEST(must(read_file(farm.path() / "other/testfarm.toml")).find("cmake") != std::string::npos);
}

// Three lines from a checkout to its pages.
BOOST_AUTO_TEST_CASE(a_definition_without_a_farm_is_tried_at_once) {
  shell(
      "mkdir -p My.Thing/sub tries && cd My.Thing && git init -q -b trunk . && printf "
      "'all:\\n\\ttrue\\ncheck:\\n\\techo ok 1 - a; echo 1..1\\n' > Makefile && git add -A && git -c "
      "user.name=A -c "
      "user.email=a@b commit -q -m one");
  const std::string nowhere = farm.run({"testfarm", "init", "--local", "/"}, 2, "tries");
  BOOST_TEST(nowhere.find("there is no git repository at /") != std::string::npos, nowhere);
  const std::string made = farm.run({"testfarm", "init", "--local", "../My.Thing/sub"}, 0, "tries");
  BOOST_TEST(made.find("branch trunk") != std::string::npos, made);
  BOOST_TEST(made.find("a project of make") != std::string::npos, made);
  const std::string ran = farm.run({"testfarm", "run", "--local", "here"}, 0, "tries");
  BOOST_TEST(ran.find("test results found: tap") != std::string::npos, ran);
  BOOST_TEST(must(read_file(farm.path() / "tries/here/site/index.html")).find("my-thing") !=
             std::string::npos);
  BOOST_TEST(farm.run({"testfarm", "log", "last", "--local", "here"}, 0, "tries").find("| ok 1 - a") !=
             std::string::npos);
  BOOST_TEST(farm.run({"testfarm", "init", "--local", "../My.Thing"}, 2, "tries").find("already") !=
             std::string::npos);
  BOOST_TEST(farm.run({"testfarm", "init"}, 2, "tries").find("or --local") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_was_run_is_told_from_what_is_kept) {
  BOOST_TEST(testfarm({"log"}).find("nothing is kept here") != std::string::npos);
  testfarm({"run"});
  define("", "\"seq 100; exit 3\"");
  testfarm({"run", "--force"}, 1);
  const std::string list = testfarm({"log"});
  BOOST_TEST(list.find("failed in ") < list.find("passed in "), list);
  BOOST_TEST(list.find("main ") != std::string::npos, list);
  BOOST_TEST(list.find("sent") != std::string::npos, list);
  const std::string last = testfarm({"log", "last"});
  BOOST_TEST(last.find("| 1\n") != std::string::npos, last);
  BOOST_TEST(last.find("exit status 3") != std::string::npos, last);
  BOOST_TEST(testfarm({"log", "19990101"}, 2).find("`testfarm log` names those") != std::string::npos);
  BOOST_TEST(testfarm({"log", "2"}, 2).find("is in the names of 2 executions") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(mistakes_are_told_with_their_places_and_cost_nothing) {
  define("timeuot = 5");
  BOOST_TEST(testfarm({"check"}, 2).find("did you mean timeout?") != std::string::npos);
  define("");
  BOOST_TEST(testfarm({"away", "--until", "yesterday"}, 2).find("must be a time to come") !=
             std::string::npos);
  BOOST_TEST(testfarm({"--client", "other", "run"}, 2).find("there is no client 'other'") !=
             std::string::npos);
  BOOST_TEST(testfarm({"run", "--branch", "none"}, 2).find("'none'") != std::string::npos);
  BOOST_TEST(testfarm({"run", "--task", "None"}, 2).find("'None'") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(manual_and_completion_know_all_commands) {
  const std::string manual = testfarm({"--manual"});
  const std::string completion = testfarm({"--completion"});
  for (const char* word : {"init", "check", "run", "watch", "pause", "resume", "away", "flush", "status"}) {
    BOOST_TEST(manual.find(concat(".SS ", word)) != std::string::npos, word);
    BOOST_TEST(completion.find(word) != std::string::npos, word);
  }
  std::ofstream(farm.path() / "completion") << completion;
  shell(
      "bash -c '. ./completion; COMP_WORDS=(testfarm run --fo); COMP_CWORD=2; _testfarm; test "
      "\"${COMPREPLY[*]}\" = --force'");
}

BOOST_AUTO_TEST_CASE(events_for_programs) {
  const std::string said = testfarm({"--json", "run"});
  BOOST_TEST(said.find("\"type\":\"execution_ended\",\"outcome\":\"passed\"") != std::string::npos, said);
}

BOOST_AUTO_TEST_SUITE_END()
