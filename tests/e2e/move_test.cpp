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
