#include "analysis/stat_changes.hpp"

#include "support/basics.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(analysis_stat_changes)

namespace {
std::vector<double> steady(double value, std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(value + (i % 3 == 0 ? 1 : i % 3 == 1 ? -1 : 0));
  return values;
}
std::vector<double> then(std::vector<double> values, const std::vector<double>& more) {
  values.insert(values.end(), more.begin(), more.end());
  return values;
}
}  // namespace

BOOST_AUTO_TEST_CASE(what_stays_has_not_moved) { BOOST_TEST(changes_in(steady(100, 50), {}).empty()); }

BOOST_AUTO_TEST_CASE(two_in_a_row_are_a_move_at_the_first) {
  const auto moves = changes_in(then(steady(100, 12), {130, 131, 130, 132}), {});
  BOOST_REQUIRE(moves.size() == 1U);
  BOOST_TEST(moves[0].at == 12U);
  BOOST_TEST(moves[0].before == 100);
  BOOST_TEST(moves[0].now == 130.5);
}

BOOST_AUTO_TEST_CASE(normal_is_what_lies_around_the_last_baseline) {
  BOOST_TEST(!normal_range(steady(100, 4), {}).has_value());
  const auto before = normal_range(steady(100, 12), {});
  BOOST_REQUIRE(before.has_value());
  BOOST_TEST(before->middle == 100);
  BOOST_TEST(before->distance > 0);
  const auto after = normal_range(then(steady(100, 12), steady(130, 12)), {});
  BOOST_TEST(after->middle == 130);
  // One outlier moves nothing.
  BOOST_TEST(normal_range(then(steady(100, 12), {500}), {})->middle == before->middle);
}

BOOST_AUTO_TEST_CASE(one_is_an_outlier_and_does_not_spoil_the_baseline) {
  BOOST_TEST(changes_in(then(steady(100, 12), {500, 100, 101, 99, 500, 100}), {}).empty());
}

BOOST_AUTO_TEST_CASE(one_up_and_one_down_are_noise) {
  BOOST_TEST(changes_in(then(steady(100, 12), {150, 50, 100}), {}).empty());
}

BOOST_AUTO_TEST_CASE(it_may_move_back) {
  const auto moves = changes_in(then(then(steady(100, 12), steady(130, 12)), steady(100, 4)), {});
  BOOST_REQUIRE(moves.size() == 2U);
  BOOST_TEST(moves[1].at == 24U);
}

BOOST_AUTO_TEST_CASE(floors_hold) {
  const std::vector<double> exact(12, 1000.0);
  BOOST_TEST(changes_in(then(exact, {1010, 1010, 1010}), {}).empty());  // 1 % of the usual value
  BOOST_TEST(changes_in(then(exact, {1030, 1030, 1030}), {}).size() == 1U);
  StatRule rule;
  rule.absolute = 50;
  BOOST_TEST(changes_in(then(exact, {1030, 1030, 1030}), rule).empty());
}

BOOST_AUTO_TEST_CASE(too_few_say_nothing) { BOOST_TEST(changes_in({1, 1, 1, 9, 9}, {}).empty()); }

BOOST_AUTO_TEST_SUITE_END()
