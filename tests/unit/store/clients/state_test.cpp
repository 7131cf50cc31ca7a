#include "store/clients/state.hpp"

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(store_clients_state)

BOOST_AUTO_TEST_CASE(a_replayed_heartbeat_changes_nothing) {
  TemporaryFarm farm;
  const ClientKey client = farm.client();
  Heartbeat beat{.counter = 5,
                 .acknowledged = 0,
                 .activity = Activity::waiting,
                 .execution = "",
                 .next_check = 15,
                 .facts = {{"system", "Debian"}},
                 .version = "0.1.0"};
  BOOST_TEST(must(take_heartbeat(farm.layout(), client, beat, 1000000)).accepted);
  const auto before = contents_of(farm.path());
  for (const std::uint64_t counter : {5U, 4U, 1U}) {
    beat.counter = counter;
    const auto taken = must(take_heartbeat(farm.layout(), client, beat, 2000000));
    BOOST_TEST(!taken.accepted);
    BOOST_TEST(taken.counter == 5U);
  }
  BOOST_TEST((contents_of(farm.path()) == before));
}

BOOST_AUTO_TEST_CASE(the_promise_becomes_a_deadline) {
  TemporaryFarm farm;
  const ClientKey client = farm.client();
  must(take_heartbeat(farm.layout(), client,
                      {.counter = 1,
                       .acknowledged = 0,
                       .activity = Activity::running,
                       .execution = "e",
                       .next_check = 15,
                       .version = ""},
                      1000000));
  const ClientState state = must(read_client_state(farm.layout(), client));
  BOOST_TEST(state.deadline == 1000000 + 15 * minute_ms);
  BOOST_TEST(state.activity == Activity::running);
  BOOST_TEST(file_exists(farm.layout().marker(client)));
  farm.settle();
  BOOST_TEST(!file_exists(farm.layout().marker(client)));
  Index index = farm.index();
  BOOST_TEST(decode_client_state(must(index.clients(client.project)).at(0).state).deadline == state.deadline);
}

BOOST_AUTO_TEST_CASE(anything_else_reads_as_never_heard) {
  for (const char* text : {"", "x", "{}", "[]"}) BOOST_TEST(decode_client_state(text).heard_at == 0);
}

BOOST_AUTO_TEST_CASE(a_farm_restored_from_a_copy_says_so_until_it_is_heard) {
  TemporaryFarm farm;
  const ClientKey client = farm.client();
  const auto beat = [&](std::uint64_t counter, std::uint64_t acknowledged) {
    Heartbeat heartbeat{.counter = counter,
                        .acknowledged = acknowledged,
                        .activity = Activity::waiting,
                        .execution = "",
                        .next_check = 15,
                        .version = ""};
    return must(take_heartbeat(farm.layout(), client, heartbeat, 1000)).restored;
  };
  BOOST_TEST(!beat(1, 0));
  const std::string copy = must(read_file(farm.layout().client_state(client)));
  BOOST_TEST(!beat(2, 1));
  BOOST_TEST(!beat(3, 1));  // an answer was lost: nothing is wrong
  BOOST_TEST(!beat(4, 3));
  must(replace_file(farm.layout().client_state(client), copy, Sync::no));
  BOOST_TEST(beat(5, 4));
  BOOST_TEST(beat(6, 4));  // the answer was lost: said again
  BOOST_TEST(!beat(7, 6));
}

BOOST_AUTO_TEST_SUITE_END()
