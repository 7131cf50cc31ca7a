#include "store/counters.hpp"

#include "support/support.hpp"

using namespace testfarm;

namespace store_counters {
std::uint64_t of(const Counts& counts, std::string_view name) {
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counted_names[i] == name) return counts[i];
  return 0;
}
}  // namespace store_counters

BOOST_AUTO_TEST_SUITE(store_counters)

BOOST_AUTO_TEST_CASE(a_day_is_kept_and_no_more) {
  TemporaryFarm farm;
  Counters counters = must(Counters::open(farm.layout()));
  const Millis start = farm.clock().now();
  counters.add("posts", start, 3);
  counters.add("posts", start + 5 * hour_ms);
  BOOST_TEST(of(counters.sum(start, 1), "posts") == 3U);
  BOOST_TEST(of(counters.sum(start + 5 * hour_ms, 1), "posts") == 1U);
  BOOST_TEST(of(counters.sum(start + 5 * hour_ms, 24), "posts") == 4U);
  BOOST_TEST(of(counters.sum(start + 26 * hour_ms, 24), "posts") == 1U);
  counters.add("gap", start + 25 * hour_ms);  // in the slot of the first hour
  BOOST_TEST(of(counters.sum(start + 25 * hour_ms, 24), "posts") == 1U);
  BOOST_TEST(of(counters.sum(start + 25 * hour_ms, 24), "gap") == 1U);
}

BOOST_AUTO_TEST_CASE(a_reason_nobody_knows_counts_as_other) {
  TemporaryFarm farm;
  Counters counters = must(Counters::open(farm.layout()));
  counters.add("news", farm.clock().now());
  BOOST_TEST(of(counters.sum(farm.clock().now(), 1), "other") == 1U);
}

BOOST_AUTO_TEST_CASE(one_may_speak_in_a_minute) {
  TemporaryFarm farm;
  Counters here = must(Counters::open(farm.layout()));
  Counters there = must(Counters::open(farm.layout()));
  const Millis now = farm.clock().now();
  BOOST_TEST(here.may_speak("gap", now));
  BOOST_TEST(!there.may_speak("gap", now + 30 * second_ms));
  BOOST_TEST(there.may_speak("conflict", now));
  BOOST_TEST(there.may_speak("gap", now + minute_ms));
  BOOST_TEST(!here.may_speak("gap", now + minute_ms));
}

BOOST_AUTO_TEST_SUITE_END()
