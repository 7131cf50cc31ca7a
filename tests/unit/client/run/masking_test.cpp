#include "client/run/masking.hpp"

#include <random>

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(client_run_masking)

BOOST_AUTO_TEST_CASE(secrets_become_stars) {
  const Masking masking({"hunter2", "hunter22", "pass word"});
  BOOST_TEST(masking.masked("a hunter2 b hunter22 c pass word") == "a *** b *** c ***");
  BOOST_TEST(Masking({}).masked("hunter2") == "hunter2");
}

// However the output is cut into pieces, the same comes out; and nothing that begins a secret is lost.
BOOST_AUTO_TEST_CASE(across_the_borders_of_pieces) {
  const Masking masking({"abcab", "bcd", "abcdef"});
  std::mt19937_64 dice(3);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (auto length = dice() % 40; length > 0; --length) text += static_cast<char>('a' + dice() % 7);
    MaskedStream stream(masking);
    std::string out;
    for (std::string_view rest = text; !rest.empty();) {
      const auto piece = std::min<std::size_t>(1 + dice() % 4, rest.size());
      out += stream.feed(rest.substr(0, piece));
      rest.remove_prefix(piece);
    }
    out += stream.finish();
    BOOST_REQUIRE_MESSAGE(out == masking.masked(text), text << " became " << out);
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_become_a_secret_is_not_held_back) {
  const Masking masking({"secret"});
  MaskedStream stream(masking);
  BOOST_TEST(stream.feed("all of this ") == "all of this ");
  BOOST_TEST(stream.feed("and a sec") == "and a ");
  BOOST_TEST(stream.feed("ond") == "second");
}

BOOST_AUTO_TEST_CASE(all_texts_of_events) {
  const Masking masking({"hunter2"});
  EventBody body = CommandStarted{1, 1, "curl -u me:hunter2"};
  masking.mask(body);
  BOOST_TEST(std::get<CommandStarted>(body).line == "curl -u me:***");
  body = ExecutionStarted{"main",
                          Reason::change,
                          {{"r", "https://x:hunter2@h/", "1", "", {{"1", "A", 0, "say hunter2"}}, 0}},
                          {{"f", "hunter2"}},
                          {}};
  masking.mask(body);
  const auto& start = std::get<ExecutionStarted>(body);
  BOOST_TEST(start.repositories[0].url == "https://x:***@h/");
  BOOST_TEST(start.repositories[0].changes[0].message == "say ***");
  BOOST_TEST(start.facts.at("f") == "***");
  body = TestResults{1, 1, {{"t hunter2", TestOutcome::failed, 0, "m hunter2"}}};
  masking.mask(body);
  BOOST_TEST(std::get<TestResults>(body).tests[0].message == "m ***");
}

BOOST_AUTO_TEST_SUITE_END()
