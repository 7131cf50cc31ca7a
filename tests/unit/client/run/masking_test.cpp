#include "client/run/masking.hpp"

#include <random>

#include "schema/codec.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_run_masking {

std::size_t occurrences(std::string_view text, std::string_view of) {
  std::size_t count = 0;
  for (auto at = text.find(of); at != std::string_view::npos; at = text.find(of, at + of.size())) ++count;
  return count;
}

}  // namespace client_run_masking

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
  body = ExecutionStarted{
      .branch = "main",
      .reason = Reason::change,
      .repositories = {{.name = "r",
                        .url = "https://x:hunter2@h/",
                        .revision = "1",
                        .previous = "",
                        .changes = {{.revision = "1", .author = "A", .time = 0, .message = "say hunter2"}},
                        .changes_omitted = 0}},
      .facts = {{"f", "hunter2"}}};
  masking.mask(body);
  const auto& start = std::get<ExecutionStarted>(body);
  BOOST_TEST(start.repositories[0].url == "https://x:***@h/");
  BOOST_TEST(start.repositories[0].changes[0].message == "say ***");
  BOOST_TEST(start.facts.at("f") == "***");
  body = TestResults{
      1, 1, {{.name = "t hunter2", .outcome = TestOutcome::failed, .seconds = 0, .message = "m hunter2"}}};
  masking.mask(body);
  BOOST_TEST(std::get<TestResults>(body).tests[0].message == "m ***");
}

// Each kind of event with lists and maps that are not empty, so that every text member is there to be filled.
std::vector<EventBody> one_of_each() {
  ExecutionStarted start;
  start.repositories.emplace_back().changes.emplace_back();
  start.facts["fact"] = "value";
  start.plan.emplace_back();
  TestResults results;
  results.tests.emplace_back();
  CommandEnded ended;
  ended.stats["stat"] = 1;
  return {start,   TaskStarted{}, CommandStarted{}, Output{},    ended,
          results, TaskEnded{},   ExecutionEnded{}, EventsLost{}};
}

BOOST_AUTO_TEST_CASE(no_text_of_any_event_shows_a_secret) {
  const std::string secret = "hunter2-hunter2";
  const Masking masking({secret});
  BOOST_TEST(one_of_each().size() == std::variant_size_v<EventBody>);
  for (EventBody body : one_of_each()) {
    std::size_t filled = 0;
    for_each_text(body, [&](std::string& text) { text = concat("a ", secret, " b ", ++filled); });
    const std::string open = encode_event({1, 0, body});
    // As many as the codec writes: the visitor leaves none out.
    BOOST_TEST(occurrences(open, secret) == filled, open);
    masking.mask(body);
    const std::string masked = encode_event({1, 0, body});
    BOOST_TEST(occurrences(masked, secret) == 0U, masked);
    BOOST_TEST(occurrences(masked, "a *** b ") == filled, masked);
  }
}

BOOST_AUTO_TEST_CASE(names_and_revisions_keep_an_end_that_merely_looks_like_a_beginning) {
  const Masking masking({"mainframe-pw", "c0ffee00c0ffee"});
  ExecutionStarted start;
  Repository& repository = start.repositories.emplace_back();
  repository.name = "main";
  repository.revision = "4f2c1e9c0ffee";
  repository.url = "https://example.org/main";
  EventBody body = start;
  masking.mask(body);
  const Repository& masked = std::get<ExecutionStarted>(body).repositories.front();
  BOOST_TEST(masked.name == "main");
  BOOST_TEST(masked.revision == "4f2c1e9c0ffee");
  BOOST_TEST(masked.url == "https://example.org/***");  // may have been cut within the secret
}

BOOST_AUTO_TEST_SUITE_END()
