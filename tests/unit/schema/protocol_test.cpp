#include "schema/protocol.hpp"

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(schema_protocol)

BOOST_AUTO_TEST_CASE(messages_round_trip) {
  const Heartbeat beat{.counter = 7,
                       .acknowledged = 6,
                       .activity = Activity::running,
                       .execution = "20261121-000000-aaaaaa",
                       .next_check = 16,
                       .facts = {{"system", "Debian"}},
                       .done = {"c1", "c2"},
                       .version = "0.1.0"};
  const Heartbeat read = must(decode<Heartbeat>(encode(beat)));
  BOOST_TEST(encode(read) == encode(beat));
  BOOST_TEST(read.done.size() == 2U);
  const Position position{9, true, {{"c1", RequestType::abort, "e"}}};
  BOOST_TEST(encode(must(decode<Position>(encode(position)))) == encode(position));
  const ProblemDetails problem{.type = "urn:testfarm:gap",
                               .title = "Gap",
                               .status = 409,
                               .detail = "d",
                               .next = 4,
                               .body_limit = 0,
                               .limit = 0};
  BOOST_TEST(encode(must(decode<ProblemDetails>(encode(problem)))) == encode(problem));
}

BOOST_AUTO_TEST_CASE(a_heartbeat_must_promise_something) {
  BOOST_TEST(!decode<Heartbeat>("{\"counter\":1,\"activity\":\"waiting\"}").has_value());
  BOOST_TEST(!decode<Heartbeat>("{\"counter\":0,\"activity\":\"waiting\",\"next_check\":1}").has_value());
  BOOST_TEST(
      !decode<Heartbeat>("{\"counter\":1,\"activity\":\"waiting\",\"next_check\":99999999}").has_value());
  BOOST_TEST(!decode<Heartbeat>("[]").has_value());
}

BOOST_AUTO_TEST_CASE(an_invite_is_one_word) {
  for (const char* code : {"p/c/s3cret", "p/debian-*/s3cret", "p/*/s3cret"}) {
    const Invite invite = must(Invite::parse(concat(' ', code, '\n')));
    BOOST_TEST(invite.code() == code);
    BOOST_TEST(invite.secret == "s3cret");
  }
  for (const char* wrong : {"", "p/c", "p/c/", "P/c/s", "p/c/s/t", "*/c/s", "p/a*b/s", "p/**/s", "p/-*/s"})
    BOOST_TEST(!Invite::parse(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_SUITE_END()
