#include "base/clock.hpp"

#include <boost/test/unit_test.hpp>
#include <ctime>

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(base_clock)

BOOST_AUTO_TEST_CASE(agrees_with_the_c_library) {
  for (Millis at = -40000 * day_ms; at < 60000 * day_ms; at += 17 * day_ms + 3661 * second_ms) {
    const auto seconds = static_cast<std::time_t>(at / second_ms);
    std::tm expected{};
    gmtime_r(&seconds, &expected);
    const CivilTime time = civil_time(at);
    BOOST_TEST_CONTEXT(at) {
      BOOST_TEST(time.year == expected.tm_year + 1900);
      BOOST_TEST(time.month == expected.tm_mon + 1);
      BOOST_TEST(time.day == expected.tm_mday);
      BOOST_TEST(time.weekday == expected.tm_wday);
      BOOST_TEST(from_civil(time.year, time.month, time.day) <= at);
      BOOST_TEST(from_civil(time.year, time.month, time.day) > at - day_ms);
    }
  }
}

BOOST_AUTO_TEST_CASE(formats) {
  const Millis at = 1795219200000 + 3 * second_ms + 4;
  BOOST_TEST(iso_time(at) == "2026-11-21T00:00:03Z");
  BOOST_TEST(compact_time(at) == "20261121-000003");
  BOOST_TEST(month_name(at) == "2026-11");
  BOOST_TEST(parse_month("2026-11").value() == from_civil(2026, 11, 1));
  for (const char* wrong : {"2026-13", "2026-00", "2026-1", "202611", "x"})
    BOOST_TEST(!parse_month(wrong).has_value());
  BOOST_TEST(parse_day("2028-02-29").value() == from_civil(2028, 2, 29));
  for (const char* wrong : {"2026-02-29", "2026-11-00", "2026-11-32", "2026-11-1", "2026-11-1x", "20261121"})
    BOOST_TEST(!parse_day(wrong).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
