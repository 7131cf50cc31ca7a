#include "generator/pages/tests.hpp"

#include "support/support.hpp"

using namespace testfarm;

namespace generator_pages_tests {

ExecutionId id(int number) { return *ExecutionId::parse(concat("20261121-", 100000 + number, "-aaaaaa")); }

// Executions 9 to 0, newest first.
std::vector<ExecutionHeader> runs() {
  std::vector<ExecutionHeader> all;
  for (int i = 9; i >= 0; --i)
    all.push_back({.key = {client_key("p", "c"), id(i)},
                   .branch = "main",
                   .started_at = i * hour_ms,
                   .progress = Progress::passed,
                   .revision = "r",
                   .ended_at = 1,
                   .tests = 3});
  return all;
}

std::vector<ExecutionId> in(const std::vector<int>& numbers) {
  std::vector<ExecutionId> ids;
  for (const int number : numbers) ids.push_back(id(number));
  return ids;
}

}  // namespace generator_pages_tests

BOOST_AUTO_TEST_SUITE(generator_pages_tests)

BOOST_AUTO_TEST_CASE(rows_say_since_when_how_often_and_whether_it_comes_and_goes) {
  const auto rows =
      test_rows({{"always", TestOutcome::passed},
                 {"broken", TestOutcome::failed},
                 {"mended", TestOutcome::passed},
                 {"wavering", TestOutcome::passed}},
                runs(), {{"broken", in({9, 8, 7})}, {"mended", in({8, 7})}, {"wavering", in({2, 4, 6})}});
  BOOST_REQUIRE(rows.size() == 4U);
  BOOST_TEST(rows[0].name == "broken");
  BOOST_TEST(rows[0].since->key.execution.text() == id(7).text());
  BOOST_TEST(rows[0].failed == 3U);
  BOOST_TEST(rows[0].failed_before);
  BOOST_TEST(rows[1].name == "mended");
  BOOST_TEST(rows[1].since->key.execution.text() == id(9).text());
  BOOST_TEST(rows[1].failed_before);
  BOOST_TEST(rows[2].name == "wavering");
  BOOST_TEST(rows[2].turns == 6U);
  BOOST_TEST(rows[3].name == "always");
  BOOST_TEST(!rows[3].since.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
