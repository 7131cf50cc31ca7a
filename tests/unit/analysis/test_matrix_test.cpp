#include "analysis/test_matrix.hpp"

#include "unit/analysis/story_fixture.hpp"

using namespace testfarm;

namespace analysis_test_matrix {
struct Fixture : StoryFixture {
  // `failing`: of the tests a, b and c.
  void test(const std::string& name, std::size_t commit, const std::string& failing) {
    results.clear();
    for (const char test : {'a', 'b', 'c'})
      results.push_back(
          {.name = std::string(1, test),
           .outcome = failing.find(test) == std::string::npos ? TestOutcome::passed : TestOutcome::failed});
    run(name, commit, failing.empty() ? "" : "tests failed");
  }
  TestMatrix matrix() {
    farm.settle();
    Index index = farm.index();
    return must(test_matrix(index, project_id("p"), branch));
  }
};
}  // namespace analysis_test_matrix

BOOST_FIXTURE_TEST_SUITE(analysis_test_matrix, analysis_test_matrix::Fixture)

BOOST_AUTO_TEST_CASE(a_row_is_a_test_that_failed_and_a_cell_says_on_whom) {
  test("x", 1, "ab");
  test("x", 2, "b");
  test("y", 2, "b");
  test("z", 2, "");
  const TestMatrix now = matrix();
  BOOST_REQUIRE(now.clients.size() == 3U);
  BOOST_TEST(now.clients[0].runs == 2U);
  BOOST_REQUIRE(now.rows.size() == 2U);
  BOOST_TEST(now.rows[0].test == "b");
  BOOST_TEST(now.rows[0].failing() == 2U);
  BOOST_TEST(now.rows[0].cells[0].failed == 2U);
  BOOST_TEST(now.rows[0].cells[2].failed == 0U);
  BOOST_TEST(now.rows[1].test == "a");
  BOOST_TEST(!now.rows[1].cells[0].fails);
  BOOST_TEST(now.rows[1].cells[0].failed == 1U);
  BOOST_TEST(now.counted);
}

BOOST_AUTO_TEST_CASE(only_the_newest_runs_count) {
  test("x", 1, "a");
  for (std::size_t i = 0; i < matrix_runs; ++i) test("x", 2 + i, "");
  BOOST_TEST(matrix().rows.empty());
}

BOOST_AUTO_TEST_CASE(who_has_not_tested_for_long_has_no_column) {
  test("x", 1, "a");
  farm.clock().pass(matrix_window + day_ms);
  test("y", 2, "b");
  const TestMatrix now = matrix();
  BOOST_REQUIRE(now.clients.size() == 1U);
  BOOST_REQUIRE(now.rows.size() == 1U);
  BOOST_TEST(now.rows[0].test == "b");
}

BOOST_AUTO_TEST_SUITE_END()
