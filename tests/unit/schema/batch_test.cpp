#include "schema/batch.hpp"

#include "support/support.hpp"

using namespace testfarm;

namespace schema_batch {
std::string error_of(const std::string& body, std::uint64_t from = 1) {
  const auto batch = decode_batch(body, from);
  BOOST_REQUIRE(!batch.has_value());
  return batch.error().context;
}
}  // namespace schema_batch

BOOST_AUTO_TEST_SUITE(schema_batch)

BOOST_AUTO_TEST_CASE(a_whole_execution) {
  const std::string body = lines(small_execution());
  const Batch batch = must(decode_batch(body, 1));
  BOOST_TEST(batch.count == 7U);
  BOOST_TEST(batch.next == 8U);
  BOOST_TEST(batch.ends);
}

BOOST_AUTO_TEST_CASE(refusals_name_line_and_field) {
  const auto events = small_execution();
  BOOST_TEST(error_of("") == "the body has no events");
  BOOST_TEST(error_of(lines(events).substr(0, 100)).find("cut short") != std::string::npos);
  BOOST_TEST(error_of(lines(events, 1, 2) + lines(events, 4, 5)) == "line 3: n: is 4 where 3 must come");
  BOOST_TEST(error_of(lines(events, 2, 3)).starts_with("line 1: n: is 2 where 1"));
  BOOST_TEST(error_of(lines(events, 1, 2) + "\n").starts_with("line 3: n:"));
  BOOST_TEST(error_of(lines(events, 1, 2) + "{\"n\":3}\n").starts_with("line 3: t:"));
  auto headless = events;
  headless.erase(headless.begin());
  headless.front().number = 1;
  BOOST_TEST(error_of(lines(headless, 1, 1)) == "line 1: type: event 1 must be execution_started");
  auto twice = events;
  twice[2].body = events[0].body;
  BOOST_TEST(error_of(lines(twice)) == "line 3: type: an execution starts with event 1 only");
  auto late = events;
  late.push_back({8, 0, Output{.task = 1, .command = 1, .omitted = 0, .text = "x"}});
  BOOST_TEST(error_of(lines(late)) == "line 8: n: comes after the event that ends the execution");
}

BOOST_AUTO_TEST_CASE(lost_events_move_the_count) {
  auto events = small_execution();
  events[2] = {3, 0, EventsLost{5, "disk"}};
  events.erase(events.begin() + 3, events.begin() + 5);
  const std::string body = lines(events);
  const Batch batch = must(decode_batch(body, 1));
  BOOST_TEST(batch.count == 5U);
  BOOST_TEST(batch.next == 8U);
}

BOOST_AUTO_TEST_SUITE_END()
