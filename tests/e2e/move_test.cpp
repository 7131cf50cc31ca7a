// A farm that moves under clients that run: from http to https, and to another host, behind real servers with
// real certificates.
#include <signal.h>

#include "e2e/eight_clients.hpp"

using namespace testfarm;

BOOST_FIXTURE_TEST_SUITE(e2e_move, EightClients)

BOOST_AUTO_TEST_CASE(eight_clients_follow_and_nothing_is_lost) {
  let_in();
  Process watch({(programs() / "testfarm").string(), "--quiet", "watch"}, farm.path() / "many/log",
                farm.path() / "many");
  BOOST_TEST(soon([&] { return executions() == clients; }));
  const std::string id = feed_id();
  const std::string secure = front.at("127.0.0.1"), elsewhere = front.at("localhost");

  move(secure, {farm.address()});
  commit();
  BOOST_TEST(soon([&] { return executions() == 2 * clients; }));
  BOOST_TEST(soon([&] { return all_are_at(secure); }));

  move(elsewhere, {farm.address(), secure});
  commit();
  BOOST_TEST(soon([&] { return executions() == 3 * clients; }));
  BOOST_TEST(soon([&] { return all_are_at(elsewhere); }), read_file(farm.path() / "many/log").value_or(""));

  // Once nobody answers at the old addresses any more.
  move(elsewhere, {});
  commit();
  BOOST_TEST(soon([&] { return executions() == 4 * clients; }));
  BOOST_TEST(feed_id() == id);
  watch.signal(SIGTERM);
  BOOST_TEST(watch.wait() == 0);
  const std::string status = farm.run({"testfarm-admin", "status", farm.layout().root().string()});
  BOOST_TEST(status.find("Refused in 24 hours: nothing") != std::string::npos, status);
  // A later start goes on there, and says what to write.
  BOOST_TEST(farm.run({"testfarm", "run", "--client", "box-1"}, 0, "many")
                 .find(concat("write server = \"", elsewhere, '"')) != std::string::npos);
}

// One file, one watch: two projects whose clients have one name, and the repository of one goes away.
BOOST_AUTO_TEST_CASE(several_projects_in_one_file) {
  const std::string root = farm.layout().root().string();
  farm.run({"testfarm-admin", "project", "add", root, "q"});
  std::filesystem::create_directories(farm.path() / "both");
  shell("cp -r origin other");
  std::ofstream(farm.path() / "both/testfarm.toml")
      << "client = \"box\"\nserver = \"" << farm.address()
      << "\"\nevery = \"1s\"\n[[task]]\nname = \"Say\"\ncommands = [\"echo hello\"]\n[[variant]]\nproject = "
         "\"p\"\n[[variant.repository]]\nurl = \""
      << origin.string() << "\"\n[[variant]]\nproject = \"q\"\n[[variant.repository]]\nurl = \""
      << (farm.path() / "other").string() << "\"\n";
  for (const char* project : {"p", "q"}) {
    const std::string told = farm.run({"testfarm-admin", "client", "invite", root, project, "box"});
    const auto at = told.find("--invite ") + 9;
    farm.run({"testfarm", "init", "--server", farm.address(), "--invite",
              told.substr(at, told.find_first_of(" \n", at) - at)},
             0, "both");
  }
  {
    Process watch({(programs() / "testfarm").string(), "watch"}, farm.path() / "both/log",
                  farm.path() / "both");
    BOOST_TEST(soon([&] { return executions() == 2; }));
    commit();
    BOOST_TEST(soon([&] { return executions() == 3; }));
    watch.signal(SIGTERM);
    BOOST_TEST(watch.wait() == 0);
  }
  const std::string log = must(read_file(farm.path() / "both/log"));
  for (const char* who : {"== p/box: main", "== q/box: main"})
    BOOST_TEST(log.find(who) != std::string::npos, log);
  // One that cannot keeps the other from nothing.
  shell("mv origin away && cd other && git -c user.name=A -c user.email=a@b commit -q --allow-empty -m more");
  farm.run({"testfarm", "run"}, 3, "both");
  farm.generate();
  BOOST_TEST(executions() == 4U);
  BOOST_TEST(farm.run({"testfarm", "run", "--client", "q/box"}, 0, "both").find("nothing new") !=
             std::string::npos);
}

// Who owns the old name cannot sign for the farm.
BOOST_AUTO_TEST_CASE(another_farm_at_an_old_address_moves_nobody) {
  let_in();
  const std::string secure = front.at("127.0.0.1");
  move(secure, {farm.address()});
  sleep(2);  // the endpoint looks at farm.toml once a second
  farm.run({"testfarm", "run", "--client", "box-1"}, 0, "many");
  BOOST_TEST(read_known_farm(farm.path() / "many/box-1.key").to == secure);
  // The attacker's farm: at the client's address, with that client's key taken over, and a move to itself.
  const Path identity = farm.layout().identity();
  std::filesystem::remove(identity);
  farm.generate();
  move(front.at("localhost"), {farm.address(), secure});
  sleep(2);
  const std::string said = farm.run({"testfarm", "run", "--client", "box-1", "--force"}, 0, "many");
  BOOST_TEST(said.find("cannot prove it") != std::string::npos, said);
  BOOST_TEST(read_known_farm(farm.path() / "many/box-1.key").to == secure);
}

BOOST_AUTO_TEST_SUITE_END()
