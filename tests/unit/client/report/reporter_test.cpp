#include "client/report/reporter.hpp"

#include "store/clients/register.hpp"
#include "support/network.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_report_reporter {

struct Fixture {
  TemporaryFarm farm;
  ClientKey client = farm.client();
  FakeNetwork network{farm};
  FarmApi api{network, "https://ci.example.org", {farm.keys_of(client), {client, 1}}, farm.clock()};
  Spool spool = must(Spool::open(farm.path() / "spool", farm.clock()));
  ExecutionId id = must(ExecutionId::parse("20261121-000000-aaaaaa"));
  std::vector<std::string> said;
  Positions positions;

  SpoolWriter begin() {
    SpoolWriter writer = must(spool.begin());
    id = writer.execution();
    return writer;
  }
  void write(std::size_t from, std::size_t to, SpoolWriter& writer) const {
    const auto events = small_execution();
    for (std::size_t i = from; i <= to; ++i) must(writer.add(events[i - 1].body));
  }
  void write_all() {
    SpoolWriter writer = begin();
    write(1, 7, writer);
  }
  Delivery::State push() { return must(Delivery(spool, api, id).push()); }
  // The events that arrived, headers taken out, beside what was spooled.
  void arrived_whole() {
    std::string text;
    const std::string log = farm.log({client, id});
    for (const auto line : split_lines(log))
      if (!line.starts_with('#')) text.append(line) += '\n';
    BOOST_TEST(text == must(read_file(farm.path() / "spool" / "done" / (id.text() + ".jsonl"))));
  }
};

}  // namespace client_report_reporter

BOOST_FIXTURE_TEST_SUITE(client_report_reporter, client_report_reporter::Fixture)

BOOST_AUTO_TEST_CASE(delivers_to_the_end) {
  write_all();
  BOOST_TEST((push() == Delivery::State::done));
  arrived_whole();
  BOOST_TEST(network.requests == 1);
}

BOOST_AUTO_TEST_CASE(delivers_as_it_grows) {
  SpoolWriter writer = begin();
  write(1, 3, writer);
  Delivery delivery(spool, api, id);
  BOOST_TEST((must(delivery.push()) == Delivery::State::up_to_date));
  write(4, 7, writer);
  BOOST_TEST((must(delivery.push()) == Delivery::State::done));
  arrived_whole();
}

// An execution that says something while each request is on its way would be asked for a request a line.
BOOST_AUTO_TEST_CASE(what_comes_meanwhile_waits_for_the_next_flush) {
  SpoolWriter writer = begin();
  write(1, 3, writer);
  network.meanwhile = [&] {
    if (network.requests < 20)
      must(writer.add(Output{.task = 1, .command = 1, .omitted = 0, .text = "a line\n"}));
  };
  Delivery delivery(spool, api, id);
  BOOST_TEST((must(delivery.push()) == Delivery::State::up_to_date));
  BOOST_TEST(network.requests == 1);
  BOOST_TEST((must(delivery.push()) == Delivery::State::up_to_date));
  BOOST_TEST(network.requests == 2);
}

// What is acknowledged is not sent again and again while the execution goes on.
BOOST_AUTO_TEST_CASE(a_flush_goes_on_where_the_last_one_ended) {
  SpoolWriter writer = begin();
  const auto ignore = [](const std::string&) {};
  write(1, 3, writer);
  must(flush_spool(spool, api, positions, ignore));
  must(flush_spool(spool, api, positions, ignore));
  BOOST_TEST(network.requests == 1);
  network.largest = 0;
  write(4, 7, writer);
  must(flush_spool(spool, api, positions, ignore));
  const std::string whole = must(read_file(farm.path() / "spool" / "done" / (id.text() + ".jsonl")));
  BOOST_TEST(network.largest == whole.size() - whole.find("{\"n\":4,"));
}

BOOST_AUTO_TEST_CASE(whatever_the_network_does_it_arrives_once) {
  write_all();
  network.trouble = {"lost request", "500", "html", "lost answer"};
  for (int i = 0; i < 4; ++i) BOOST_TEST((push() == Delivery::State::retry));
  BOOST_TEST((push() == Delivery::State::done));
  arrived_whole();
}

BOOST_AUTO_TEST_CASE(a_restored_farm_is_told_again) {
  SpoolWriter writer = begin();
  write(1, 3, writer);
  Delivery delivery(spool, api, id);
  must(delivery.push());
  std::filesystem::remove_all(farm.layout().month({client, id}));
  write(4, 7, writer);
  BOOST_TEST((must(delivery.push()) == Delivery::State::done));
  arrived_whole();
}

BOOST_AUTO_TEST_CASE(a_smaller_limit_splits) {
  std::string text = must(read_file(farm.layout().farm_toml()));
  text.replace(text.find("body = "), text.find('\n', text.find("body = ")) - text.find("body = "),
               "body = 65536");
  farm.clock().pass(1000);
  must(replace_file(farm.layout().farm_toml(), text, Sync::no));
  SpoolWriter writer = begin();
  write(1, 3, writer);
  for (int i = 0; i < 12; ++i)
    must(writer.add(Output{.task = 1, .command = 1, .omitted = 0, .text = std::string(9000, 'x')}));
  must(writer.add(ExecutionEnded{Outcome::passed, 1, ""}));
  BOOST_TEST((push() == Delivery::State::done));
  BOOST_TEST(network.requests > 2);
  arrived_whole();
}

// The farm has moved below a path, and not every process of it knows: the address is wrong, not the bytes.
BOOST_AUTO_TEST_CASE(an_address_where_nothing_is_parks_nothing) {
  write_all();
  api.move_to("https://ci.example.org/elsewhere");
  BOOST_TEST((push() == Delivery::State::retry));
  BOOST_TEST(spool.parked() == 0U);
  api.move_to("https://ci.example.org");
  BOOST_TEST((push() == Delivery::State::done));
  arrived_whole();
}

BOOST_AUTO_TEST_CASE(a_conflict_parks_this_execution_and_goes_on_with_others) {
  write_all();
  const ExecutionId bad = id;
  auto other = small_execution();
  std::get<ExecutionStarted>(other[0].body).branch = "other";
  farm.append({client, bad}, lines(other));
  write_all();
  const Flushed flushed =
      must(flush_spool(spool, api, positions, [&](const std::string& line) { said.push_back(line); }));
  BOOST_TEST(flushed.left == 0U);
  BOOST_TEST(flushed.reached);
  BOOST_TEST(said.size() == 1U);
  BOOST_TEST(spool.parked() == 1U);
  arrived_whole();
}

BOOST_AUTO_TEST_CASE(a_farm_that_is_away_is_said_and_everything_kept) {
  write_all();
  network.trouble = {"html"};
  const Flushed flushed =
      must(flush_spool(spool, api, positions, [&](const std::string& line) { said.push_back(line); }));
  BOOST_TEST(!flushed.reached);
  BOOST_TEST(flushed.left == 1U);
  BOOST_TEST(said.at(0).find("HTTP 403") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_reporter_works_beside) {
  network.trouble = {"lost request"};
  Reporter reporter(spool, api, [&](const std::string& line) { said.push_back(line); });
  SpoolWriter writer = begin();
  write(1, 7, writer);
  reporter.notify();
  BOOST_TEST(reporter.finish(minute_ms, [] { return false; }));
  arrived_whole();
}

// Ctrl-C while the farm is away: what is not sent stays in the spool, and nobody waits.
BOOST_AUTO_TEST_CASE(a_wish_to_stop_ends_the_wait_for_a_farm_that_is_away) {
  network.trouble.assign(1000, "html");
  write_all();
  Reporter reporter(spool, api, [](const std::string&) {});
  BOOST_TEST(!reporter.finish(hour_ms, [] { return true; }));
  BOOST_TEST(must(spool.pending()).size() == 1U);
}

BOOST_AUTO_TEST_CASE(backoff_grows_to_its_cap) {
  Backoff backoff;
  Millis last = 0;
  for (int i = 0; i < 30; ++i) last = backoff.next();
  BOOST_TEST(last > 10 * minute_ms);
  BOOST_TEST(last <= 19 * minute_ms);
  backoff.reset();
  BOOST_TEST(backoff.next() < 2 * second_ms);
}

BOOST_AUTO_TEST_CASE(registers_and_beats) {
  const ClientKey fresh = client_key("p", "fresh");
  const std::string secret = must(invite_client(farm.layout(), fresh, farm.clock().now(), day_ms));
  FarmApi joining(network, "https://ci.example.org", {random_key_pair(), {fresh, 0}}, farm.clock());
  BOOST_TEST(must(joining.register_key(secret)).text() == "p.fresh.1");
  std::uint64_t counter = 5;
  const Heartbeat beat{.counter = 0,
                       .acknowledged = 0,
                       .activity = Activity::waiting,
                       .execution = "",
                       .next_check = 15,
                       .version = "0.1.0"};
  must(joining.heartbeat(beat, counter));
  counter = 2;
  BOOST_TEST(joining.heartbeat(beat, counter).error().kind == ErrorKind::conflict);
  BOOST_TEST(counter == 5U);
  BOOST_TEST(must(joining.server_info()).version == TESTFARM_VERSION);
  network.trouble = {"html"};
  BOOST_TEST(joining.server_info().error().kind == ErrorKind::unavailable);
}

// OWASP CRS at its defaults refuses NDJSON by its media type.
BOOST_AUTO_TEST_CASE(a_firewall_that_knows_no_ndjson_gets_forms) {
  network.firewall = true;
  write_all();
  BOOST_TEST((push() == Delivery::State::done));
  arrived_whole();
  BOOST_TEST(network.requests == 2);
}

// The farm's limit is met in the middle of a command's output: what begins and ends something arrives all the
// same, events_lost says what is missing, and a client that starts again does not trip over it.
BOOST_AUTO_TEST_CASE(at_a_limit_all_but_the_bulk_arrives) {
  const std::string text = must(read_file(farm.layout().farm_toml()));
  must(replace_file(
      farm.layout().farm_toml(),
      std::string(text).replace(text.find("command_output = 1048576"), 24, "command_output = 10000   "),
      Sync::no));
  SpoolWriter writer = begin();
  write(1, 3, writer);
  for (int i = 0; i < 30; ++i)
    must(writer.add(Output{.task = 1, .command = 1, .omitted = 0, .text = std::string(1000, 'x') + '\n'}));
  write(5, 7, writer);
  const std::string spooled = must(read_file(farm.path() / "spool" / (id.text() + ".jsonl")));
  BOOST_TEST((push() == Delivery::State::done));
  const ExecutionKey key{client, id};
  const Summary summary = farm.summary(key);
  BOOST_TEST(summary.progress == Progress::passed);
  BOOST_TEST(summary.lost_events > 10U);
  BOOST_TEST(farm.log(key).find("There may be 10000 bytes of output of one command") != std::string::npos);
  // What a restarted client would send, from the beginning.
  const Sent again = api.send_events(id, 1, spooled, 0);
  BOOST_TEST((again.kind == Sent::Kind::accepted), again.why);
  BOOST_TEST(again.closed);
}

// A form is larger than what is in it.
BOOST_AUTO_TEST_CASE(a_large_backlog_goes_through_a_firewall) {
  network.firewall = true;
  SpoolWriter writer = begin();
  write(1, 3, writer);
  for (int i = 0; i < 5000; ++i)
    must(writer.add(Output{.task = 1, .command = 1, .omitted = 0, .text = "short line\n"}));
  write(5, 7, writer);
  BOOST_TEST((push() == Delivery::State::done));
  arrived_whole();
}

// Many short commands: leaving out takes more words than what is left out, and numbers alone pass twice the
// limit.
BOOST_AUTO_TEST_CASE(at_twice_a_limit_the_ends_arrive) {
  const std::string text = must(read_file(farm.layout().farm_toml()));
  must(replace_file(
      farm.layout().farm_toml(),
      std::string(text).replace(text.find("execution_events = 200000"), 25, "execution_events = 100   "),
      Sync::no));
  SpoolWriter writer = begin();
  write(1, 2, writer);
  for (std::uint64_t n = 1; n <= 900; ++n) {
    must(writer.add(CommandStarted{1, n, "x"}));
    must(writer.add(Output{.task = 1, .command = n, .omitted = 0, .text = "y\n"}));
    must(writer.add(CommandEnded{.task = 1,
                                 .command = n,
                                 .ending = CommandEnding::exited,
                                 .status = 0,
                                 .success = true,
                                 .duration = 1,
                                 .info = "",
                                 .output_bytes = 2,
                                 .omitted_bytes = 0}));
  }
  write(6, 7, writer);
  BOOST_TEST((push() == Delivery::State::done));
  BOOST_TEST(farm.summary({client, id}).progress == Progress::passed);
}

// On its way home the laptop meets no network: everything arrives, in order, once, and upsets nothing.
BOOST_AUTO_TEST_CASE(a_week_offline_and_back) {
  std::vector<ExecutionId> ids;
  for (int day = 0; day < 7; ++day) {
    SpoolWriter writer = begin();
    write(1, 7, writer);
    ids.push_back(id);
    farm.clock().pass(day_ms);
  }
  const ExecutionKey now = execution_key(client, "20261128-000000-zzzzzz");
  farm.append(now, lines(small_execution(Outcome::failed)));
  BOOST_TEST(must(flush_spool(spool, api, positions, [](const std::string&) {})).left == 0U);
  farm.settle();
  const auto rows = farm.executions(client);
  BOOST_REQUIRE(rows.size() == 8U);
  BOOST_TEST((rows[0].key == now));  // still the newest
  for (std::size_t i = 1; i < rows.size(); ++i) {
    BOOST_TEST(rows[i].key.execution.text() == ids[7 - i].text());
    BOOST_TEST(rows[i].summary.late / hour_ms == static_cast<Millis>(i) * 24);
  }
}

BOOST_AUTO_TEST_SUITE_END()
