#include "schema/codec.hpp"

#include <random>
#include <set>

#include "admin/made_up/fiction.hpp"
#include "base/json.hpp"
#include "schema/limits.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace schema_codec {

std::string source_file(const std::string& name) { return must(read_file(Path(TESTFARM_SOURCE_DIR) / name)); }

std::string error_of(const std::string& line) {
  const auto event = decode_event(line);
  BOOST_REQUIRE_MESSAGE(!event.has_value(), line);
  return event.error().context;
}

}  // namespace schema_codec

BOOST_AUTO_TEST_SUITE(schema_codec)

// The golden file is the wire: a change of it is a change of the protocol.
BOOST_AUTO_TEST_CASE(golden_events_are_read_and_written_as_they_stand) {
  const std::string golden = source_file("tests/golden/events.jsonl");
  std::set<std::size_t> types;
  for (const auto line : split_lines(golden)) {
    const Event event = must(decode_event(line));
    types.insert(event.body.index());
    BOOST_TEST(encode_event(event) == line);
  }
  BOOST_TEST(types.size() == std::variant_size_v<EventBody>);
}

BOOST_AUTO_TEST_CASE(the_json_schema_in_the_tree_is_the_one_of_the_code) {
  BOOST_TEST(source_file("schema/events.schema.json") == events_json_schema() + '\n');
}

BOOST_AUTO_TEST_CASE(errors_name_the_field) {
  BOOST_TEST(error_of("{\"n\":1,\"t\":0,\"type\":\"task_ended\",\"task\":0,\"outcome\":\"passed\"}")
                 .starts_with("task:"));
  BOOST_TEST(error_of("{\"n\":1,\"t\":0,\"type\":\"task_ended\",\"task\":1,\"outcome\":\"great\"}")
                 .starts_with("outcome: must be one of"));
  BOOST_TEST(error_of("{\"n\":1,\"t\":0,\"type\":\"task_ended\",\"outcome\":\"passed\"}") ==
             "task: is missing");
  BOOST_TEST(error_of("{\"n\":1,\"t\":-1,\"type\":\"task_ended\"}").starts_with("t:"));
  BOOST_TEST(error_of("{\"t\":1,\"n\":1}").starts_with("n:"));
  BOOST_TEST(error_of("{\"n\":0,\"t\":1}").starts_with("n:"));
  BOOST_TEST(error_of("{\"n\":1,\"t\":0,\"type\":\"party\"}").starts_with("type: 'party'"));
  BOOST_TEST(
      error_of("{\"n\":1,\"t\":0,\"type\":\"execution_started\",\"branch\":\"m\",\"reason\":\"change\","
               "\"repositories\":[{\"name\":\"a\",\"revision\":\"1\",\"changes\":[{\"author\":\"x\"}]}]}") ==
      "repositories[0].changes[0].revision: is missing");
  BOOST_TEST(error_of("{\"n\":1,\"t\":0,\"type\":\"command_ended\",\"task\":1,\"command\":1,\"ending\":"
                      "\"exited\",\"stats\":{\"a\":\"x\"}}")
                 .starts_with("stats: 'a'"));
  BOOST_TEST(
      error_of(
          "{\"n\":1,\"t\":0,\"type\":\"task_started\",\"task\":1,\"kind\":\"build\",\"name\":\"a\\nb\"}") ==
      "name: has control characters in it");
  BOOST_TEST(error_of("{\"n\":9,\"t\":0,\"type\":\"events_lost\",\"last\":3}").starts_with("last:"));
}

BOOST_AUTO_TEST_CASE(what_no_json_may_hold_is_refused) {
  const std::string before =
      "{\"n\":1,\"t\":0,\"type\":\"command_ended\",\"task\":1,\"command\":1,\"ending\":\"exited\",\"stats\":{"
      "\"a\":";
  for (const char* number : {"NaN", "Infinity", "-Infinity", "1e999", "nan"})
    BOOST_TEST(!decode_event(before + number + "}}").has_value(), number);
  BOOST_TEST(decode_event(before + "1e300}}").has_value());
  BOOST_TEST(!decode_event("{\"n\":1,\"t\":0,\"type\":\"output\",\"task\":1,\"command\":1,\"text\":\"\xFF\"}")
                  .has_value());
  BOOST_TEST((decode_event("{\"n\":1," + std::string(limits::event_line, ' ') + "}").error().kind ==
              ErrorKind::too_large));
}

BOOST_AUTO_TEST_CASE(unknown_members_are_passed_over) {
  BOOST_TEST(
      decode_event(
          "{\"n\":1,\"t\":0,\"type\":\"task_ended\",\"task\":1,\"outcome\":\"passed\",\"colour\":\"blue\"}")
          .has_value());
}

BOOST_AUTO_TEST_CASE(made_up_executions_round_trip) {
  std::mt19937_64 dice(7);
  const FictionHistory history(7, 0, 100 * day_ms, 50);
  for (int i = 0; i < 20; ++i)
    for (const Event& event : fiction_execution({}, history, fiction_machine(1), 3, 40, dice))
      BOOST_TEST(encode_event(must(decode_event(encode_event(event)))) == encode_event(event));
}

// Any bytes give an event or an error: the golden lines with every byte replaced, and cut everywhere.
BOOST_AUTO_TEST_CASE(is_total) {
  const std::string golden = source_file("tests/golden/events.jsonl");
  for (const auto line : split_lines(golden)) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      std::string damaged(line);
      for (const char byte : {'\0', '"', '{', '}', '9', '\xFF', '\\'}) {
        damaged[i] = byte;
        if (const auto event = decode_event(damaged))
          BOOST_TEST(decode_event(encode_event(*event)).has_value());
      }
      BOOST_TEST(!decode_event(line.substr(0, i)).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(numbers_are_read_without_parsing) {
  BOOST_TEST(event_number("{\"n\":123,\"x").value() == 123U);
  for (const char* wrong : {"", "{\"n\": 1}", "{\"n\":}", " {\"n\":1}", "{\"m\":1}"})
    BOOST_TEST(!event_number(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_SUITE_END()
