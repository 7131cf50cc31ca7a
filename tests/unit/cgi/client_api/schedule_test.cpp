// Schedules of duplicates, reorderings, truncations, retries and two senders at once, made at random, against
// two endpoints on one farm: whatever came in which order, the log holds what a clean run would have sent,
// and the fold of it is the same. TESTFARM_SCHEDULES: how many (300).
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

#include "admin/made_up/fiction.hpp"
#include "schema/codec.hpp"
#include "store/summary/summary_codec.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace cgi_client_api_schedule {

struct Fixture {
  TemporaryFarm farm;
  ClientKey client = farm.client();

  // A POST of events `from` to `to`, perhaps cut short or changed on its way.
  Request post(const ExecutionKey& key, const std::vector<Event>& events, std::size_t from,
               std::size_t to) const {
    return farm.signed_request("POST", concat(events_path(key), "?from=", from),
                               std::string(events_media_type), lines(events, from, to), {client, 1},
                               farm.keys_of(client));
  }

  // Sends pieces in any order until `moves` are over, by its own endpoint.
  void mess_about(const ExecutionKey& key, const std::vector<Event>& events, std::uint64_t seed,
                  int moves) const {
    std::mt19937_64 dice(seed);
    Endpoint endpoint(farm.layout(), system_clock_of_test);
    std::size_t guess = 1;  // where this sender believes that the farm stands
    for (int i = 0; i < moves; ++i) {
      const std::size_t from = dice() % 3 == 0 ? 1 + dice() % events.size() : std::min(guess, events.size());
      const std::size_t to = std::min(events.size(), from + dice() % 6);
      Request request = post(key, events, from, to);
      if (dice() % 8 == 0) request.body.resize(dice() % request.body.size());
      if (dice() % 8 == 0 && !request.body.empty()) request.body[dice() % request.body.size()] ^= 1;
      const Response response = endpoint.handle(request);
      endpoint.after_answer();
      if (response.status == 200) guess = must(decode<Position>(response.body)).next;
      // A retry of the same, at once.
      if (dice() % 4 == 0) endpoint.handle(request);
    }
  }
  // In order and with patience, as a client does in the end.
  void finish(const ExecutionKey& key, const std::vector<Event>& events) {
    std::size_t next = 1;
    for (int i = 0; i < 100 && next <= events.size(); ++i) {
      const Response response =
          farm.endpoint().handle(post(key, events, next, std::min(events.size(), next + 4)));
      if (response.status == 200) next = must(decode<Position>(response.body)).next;
      if (response.status == 409) next = problem_of(response).next;
    }
    BOOST_TEST(next == events.size() + 1);
  }
  // The log without its headers, and the fold without what tells of the receipt.
  std::string outcome_of(const ExecutionKey& key) {
    Summary summary = farm.summary(key);
    summary.heard_at = summary.started_at = 0;
    std::string text = encode(summary) + '\n';
    const std::string log = farm.log(key);
    for (const auto line : split_lines(log))
      if (!line.starts_with('#')) text.append(line) += '\n';
    return text;
  }
  FakeClock system_clock_of_test;
};

}  // namespace cgi_client_api_schedule

BOOST_FIXTURE_TEST_SUITE(cgi_client_api_schedule, cgi_client_api_schedule::Fixture)

BOOST_AUTO_TEST_CASE(any_schedule_ends_like_the_clean_run) {
  const char* wanted = std::getenv("TESTFARM_SCHEDULES");
  const std::uint64_t enough = to_unsigned(wanted == nullptr ? "" : wanted).value_or(80);
  const std::string text = must(read_file(farm.layout().farm_toml()));
  std::string lifted = text;
  const auto at = lifted.find("executions_per_day = 500");
  lifted.replace(at, 24, "executions_per_day = 50000000");
  must(replace_file(farm.layout().farm_toml(), lifted, Sync::no));
  farm.index();
  const FictionHistory history(1, 0, 100 * day_ms, 30);
  for (std::uint64_t seed = 1; seed <= enough; ++seed) {
    std::mt19937_64 dice(seed);
    const auto events =
        fiction_execution({.seed = 1, .tasks = 2, .commands = 2, .output_bytes = 300, .tests = 5}, history,
                          fiction_machine(seed), 2, 20, dice);
    const ExecutionKey messy{client, ExecutionId::make(farm.clock().now())};
    const ExecutionKey clean{client, ExecutionId::make(farm.clock().now())};
    if (seed % 3 == 0) {
      std::thread other([&] { mess_about(messy, events, seed, 12); });
      mess_about(messy, events, seed + 1, 12);
      other.join();
    } else {
      mess_about(messy, events, seed, 20);
    }
    finish(messy, events);
    finish(clean, events);
    BOOST_TEST((outcome_of(messy) == outcome_of(clean)), "schedule " << seed);
  }
  std::cout << enough << " schedules\n";
}

BOOST_AUTO_TEST_SUITE_END()
