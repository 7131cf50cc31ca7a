#include "analysis/gone_failures.hpp"

#include "unit/analysis/story_fixture.hpp"

using namespace testfarm;

namespace analysis_gone_failures {
struct Fixture : StoryFixture {
  GoneFailures gone() {
    farm.settle();
    Index index = farm.index();
    const ProjectState state = must(read_project_state(farm.layout(), index, project_id("p")));
    return must(gone_failures(index, state));
  }
};
}  // namespace analysis_gone_failures

BOOST_FIXTURE_TEST_SUITE(analysis_gone_failures, analysis_gone_failures::Fixture)

BOOST_AUTO_TEST_CASE(what_nobody_has_any_more_is_gone) {
  run("a", 0);
  run("a", 1, broken);
  BOOST_TEST(gone().stories.empty());
  run("a", 2);
  const GoneFailures now = gone();
  BOOST_REQUIRE(now.stories.size() == 1U);
  BOOST_TEST(now.stories[0].histories[0].fixed_by->revision == revision(2));
}

BOOST_AUTO_TEST_CASE(what_one_client_still_has_is_not) {
  run("a", 1, broken);
  run("b", 1, broken);
  run("a", 2);
  BOOST_TEST(gone().stories.empty());
}

BOOST_AUTO_TEST_CASE(the_one_seen_last_comes_first) {
  run("a", 1, broken);
  run("a", 2, "src/y.cpp:1:1: error: another thing");
  run("a", 3);
  const GoneFailures now = gone();
  BOOST_REQUIRE(now.stories.size() == 2U);
  BOOST_TEST(now.stories[0].last.revision == revision(2));
}

BOOST_AUTO_TEST_CASE(what_was_seen_long_ago_is_not_told) {
  run("a", 1, broken);
  run("a", 2);
  farm.clock().pass(gone_within + day_ms);
  run("a", 3);
  BOOST_TEST(gone().stories.empty());
}

BOOST_AUTO_TEST_SUITE_END()
