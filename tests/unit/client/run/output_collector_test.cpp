#include "client/run/output_collector.hpp"

#include "schema/codec.hpp"
#include "schema/limits.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_run_output_collector {
struct Fixture {
  FakeClock clock;
  std::string text;
  std::uint64_t omitted = 0;
  std::size_t pieces = 0;
  OutputCollector collector{
      clock, [this](const std::string& piece, std::uint64_t left_out) -> Status {
        BOOST_TEST(encode_event({1000000, day_ms, Output{1000, 1000, left_out, piece}}).size() <
                   limits::event_line);
        text += piece;
        omitted += left_out;
        ++pieces;
        return {};
      }};
};
}  // namespace client_run_output_collector

BOOST_FIXTURE_TEST_SUITE(client_run_output_collector, client_run_output_collector::Fixture)

BOOST_AUTO_TEST_CASE(little_output_comes_after_a_second_or_at_the_end) {
  must(collector.take("one\n"));
  const std::size_t at_once = pieces;
  must(collector.take("two\n"));
  BOOST_TEST(pieces == at_once);
  clock.pass(second_ms);
  must(collector.tick());
  BOOST_TEST(text == "one\ntwo\n");
  must(collector.take("three"));
  must(collector.finish());
  BOOST_TEST(text == "one\ntwo\nthree");
}

BOOST_AUTO_TEST_CASE(up_to_two_windows_nothing_is_left_out) {
  std::string all;
  for (int i = 0; all.size() < 2 * limits::output_live - 100; ++i)
    all += concat("line ", i, " \xE2\x82\xAC\n");
  for (std::size_t at = 0; at < all.size(); at += 1001)
    must(collector.take(std::string_view(all).substr(at, 1001)));
  must(collector.finish());
  BOOST_TEST(omitted == 0U);
  BOOST_TEST((text == all));
}

BOOST_AUTO_TEST_CASE(of_much_output_head_and_tail_are_kept_and_the_rest_is_counted) {
  std::string all;
  for (int i = 0; all.size() < 3000000; ++i) all += concat("line ", i, " \xE2\x82\xAC\n");
  for (std::size_t at = 0; at < all.size(); at += 65536)
    must(collector.take(std::string_view(all).substr(at, 65536)));
  must(collector.finish());
  BOOST_TEST(omitted > 2000000U);
  BOOST_TEST(omitted == collector.omitted());
  BOOST_TEST(collector.bytes() == all.size());
  BOOST_TEST(is_utf8(text));
  const std::size_t kept = all.size() - omitted;
  BOOST_TEST(kept >= 2 * limits::output_live - 4);
  BOOST_TEST(kept <= 2 * limits::output_live);
  BOOST_TEST(text.starts_with(all.substr(0, limits::output_live - 4)));
  BOOST_TEST(text.ends_with(all.substr(all.size() - limits::output_live + 4)));
}

BOOST_AUTO_TEST_CASE(bytes_that_cost_most_in_json_fit) {
  must(collector.take(std::string(100000, '\x01')));
  must(collector.finish());
  BOOST_TEST(text.size() == 100000U);
}

BOOST_AUTO_TEST_SUITE_END()
