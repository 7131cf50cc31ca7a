#include "admin/status.hpp"

#include <sstream>

#include "store/clients/door_note.hpp"
#include "store/retired.hpp"
#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(admin_status)

BOOST_AUTO_TEST_CASE(it_says_what_came_in_what_was_refused_and_what_is_behind) {
  TemporaryFarm farm;
  const ClientKey client = farm.client();
  farm.client("silent");
  farm.index();
  farm.settle();
  const auto said = [&] {
    std::ostringstream out;
    must(tell_farm_status(farm.layout(), farm.clock(), true, out));
    return out.str();
  };
  farm.post_events(execution_key(client), lines(small_execution(), 1, 4));
  farm.post_events(execution_key(client), lines(small_execution(), 6, 7), 6);  // a gap
  const Heartbeat beat{.counter = 1,
                       .acknowledged = 0,
                       .activity = Activity::running,
                       .execution = "",
                       .next_check = 15,
                       .version = "0.1"};
  farm.call("POST", api_path(client) + "/heartbeat", "application/json", encode(beat), client);
  std::string text = said();
  for (const char* part : {"This hour: 4 events in 1 POST", "1 heartbeat", "Refused in 24 hours: 1 gap",
                           "2 clients: 1 running, 0 late, 1 never heard of\n", "  never heard of: p/silent\n",
                           "Pages: in ", "never made: run testfarm-generate", "1 execution open",
                           "of logs not folded yet", "logs and index take"})
    BOOST_TEST(text.find(part) != std::string::npos, text);
  farm.settle();
  farm.clock().pass(hour_ms);
  text = said();
  for (const char* part : {"This hour: 0 events", "24 hours: 4 events in 1 POST", "1 late",
                           "  late: p/c since 20", "1 execution open, 0 bytes of logs not folded yet"})
    BOOST_TEST(text.find(part) != std::string::npos, text);
}

// Who sends with a token is not "never heard of", and nobody knows whether it is late.
BOOST_AUTO_TEST_CASE(who_sends_without_heartbeats_is_named_so) {
  TemporaryFarm farm;
  farm.append(execution_key(farm.client("script")), lines(small_execution()));
  std::ostringstream out;
  must(tell_farm_status(farm.layout(), farm.clock(), false, out));
  const std::string text = out.str();
  BOOST_TEST(
      text.find("1 client: 0 running, 0 late, 0 never heard of, 1 without heartbeats") != std::string::npos,
      text);
  BOOST_TEST(text.find("whether they are late: p/script") != std::string::npos, text);
}

// Whom a move or a revocation left behind, told apart, as long as they come.
BOOST_AUTO_TEST_CASE(who_is_refused_though_it_is_one_of_ours) {
  TemporaryFarm farm;
  const Millis now = farm.clock().now();
  must(note_at_door(farm.layout(), farm.client("late"), {AtDoor::former, "http://old.example.org", now}));
  must(note_at_door(farm.layout(), farm.client("left"), {AtDoor::expired, "http://old.example.org", now}));
  must(note_at_door(farm.layout(), farm.client("stolen"), {AtDoor::revoked, "https://ci.example.org", now}));
  must(note_at_door(farm.layout(), farm.client("www"), {AtDoor::unnamed, "https://www.example.org", now}));
  const auto told = [&] {
    std::ostringstream out;
    must(tell_farm_status(farm.layout(), farm.clock(), false, out));
    return out.str();
  };
  const std::string text = told();
  BOOST_TEST(text.find("tell them to change server: p/late (http://old.example.org)\n") != std::string::npos,
             text);
  BOOST_TEST(text.find("or tell them: p/left (http://old.example.org)\n") != std::string::npos, text);
  BOOST_TEST(text.find("wants an invite: p/stolen\n") != std::string::npos, text);
  BOOST_TEST(text.find("or tell them: p/www (https://www.example.org)\n") != std::string::npos, text);
  farm.clock().pass(3 * day_ms);
  BOOST_TEST(told().find("wants an invite") == std::string::npos);
}

// What is wrong with a file is said where the maintainer looks first.
BOOST_AUTO_TEST_CASE(branches_that_are_gone_are_named_until_they_are_retired) {
  TemporaryFarm farm;
  const ClientKey client = farm.client();
  const auto said = [&] {
    std::ostringstream out;
    must(tell_farm_status(farm.layout(), farm.clock(), false, out));
    return out.str();
  };
  const Heartbeat beat{.counter = 1,
                       .acknowledged = 0,
                       .activity = Activity::waiting,
                       .execution = "",
                       .next_check = 15,
                       .version = "0.1",
                       .gone = {"it's over"}};
  farm.call("POST", api_path(client) + "/heartbeat", "application/json", encode(beat), client);
  BOOST_TEST(
      said().find("as 1 client says; count it no more: testfarm-admin branch retire ") != std::string::npos,
      said());
  BOOST_TEST(said().find("p 'it'\\''s over'\n") != std::string::npos, said());
  must(retire_branch(farm.layout(), client.project, "it's over", false, farm.clock().now()));
  BOOST_TEST(said().find("it's over") == std::string::npos, said());
}

BOOST_AUTO_TEST_CASE(slips_are_named) {
  TemporaryFarm farm;
  const ClientKey client = farm.client();
  must(replace_file(farm.layout().client_toml(client), "titel = \"x\"\n", Sync::no));
  std::ostringstream out;
  must(tell_farm_status(farm.layout(), farm.clock(), false, out));
  BOOST_TEST(out.str().find("client.toml:1:9: unknown key 'titel'") != std::string::npos, out.str());
}

BOOST_AUTO_TEST_SUITE_END()
