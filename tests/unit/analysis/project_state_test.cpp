#include "analysis/project_state.hpp"

#include <fstream>

#include "store/retired.hpp"
#include "unit/analysis/story_fixture.hpp"

using namespace testfarm;

namespace analysis_project_state {

struct StateFixture : StoryFixture {
  ProjectId project = project_id("p");

  void shown(const std::string& members) {
    std::ofstream(farm.layout().project_toml(project), std::ios::app) << "\n[shown]\n" << members << '\n';
  }
  ExecutionKey on(const std::string& name, const std::string& client, std::size_t commit,
                  const std::string& says = {}) {
    branch = name;
    return run(client, commit, says);
  }
  ProjectState state() {
    farm.settle();
    Index index = farm.index();
    return must(read_project_state(farm.layout(), index, project));
  }
  void retire(const std::string& name, bool back = false) {
    must(retire_client(farm.layout(), key_of(name), back, farm.clock().now()));
  }
  using Names = std::vector<std::string>;
};

}  // namespace analysis_project_state

BOOST_FIXTURE_TEST_SUITE(analysis_project_state, analysis_project_state::StateFixture)

BOOST_AUTO_TEST_CASE(a_retired_client_is_counted_nowhere) {
  run("dead", 1, broken);
  run("alive", 1);
  BOOST_TEST(state().failing() == 1U);
  retire("dead");
  const ProjectState now = state();
  BOOST_TEST(now.failing() == 0U);
  BOOST_TEST(now.with_results() == 1U);
  BOOST_TEST(now.problems.empty());
  BOOST_REQUIRE(now.client(key_of("dead").client) != nullptr);
  BOOST_TEST(now.client(key_of("dead").client)->retired_at > 0);
  BOOST_TEST(now.client(key_of("alive").client)->retired_at == 0);
}

BOOST_AUTO_TEST_CASE(its_next_execution_brings_it_back_with_all_it_said) {
  on("wip", "dead", 1, broken);
  on("main", "dead", 1, broken);
  retire("dead");
  on("main", "dead", 2);
  const ProjectState now = state();
  BOOST_TEST(now.retired.size() == 0U);
  BOOST_TEST(now.failing_elsewhere() == 1U);
}

BOOST_AUTO_TEST_CASE(a_branch_is_back_for_those_who_test_it_again) {
  on("wip", "a", 1, broken);
  on("wip", "b", 1, broken);
  on("main", "a", 2);
  on("main", "b", 2);
  must(retire_branch(farm.layout(), project, "wip", false, farm.clock().now()));
  BOOST_CHECK(state().left_out == Names{"wip"});
  BOOST_TEST(state().failing_elsewhere() == 0U);
  on("wip", "a", 3, broken);
  const ProjectState now = state();
  BOOST_CHECK(now.left_out.empty());
  BOOST_TEST(now.failing_elsewhere() == 1U);
  BOOST_REQUIRE(now.problems.size() == 1U);
  BOOST_TEST(now.problems[0].problems.at(0).story.open == 1U);
}

// Counted from the project's last sign of life: a farm that nobody feeds does not turn green by itself.
BOOST_AUTO_TEST_CASE(a_quiet_branch_counts_no_more_after_a_while) {
  shown("branches_for = \"30d\"");
  on("wip", "a", 1, broken);
  on("main", "a", 2);
  farm.clock().pass(31 * day_ms);
  BOOST_TEST(state().failing_elsewhere() == 1U);
  on("main", "a", 3);
  const ProjectState now = state();
  BOOST_TEST(now.failing_elsewhere() == 0U);
  BOOST_CHECK(now.left_out == Names{"wip"});
  BOOST_TEST(now.problems.empty());
  BOOST_TEST((now.problems_on("wip") != nullptr));  // its own page tells what it failed with
}

BOOST_AUTO_TEST_CASE(default_and_pinned_branches_never_fall_quiet) {
  shown("branches_for = \"30d\"\npinned = [\"stable\"]");
  on("main", "a", 1, broken);
  on("stable", "a", 1, broken);
  farm.clock().pass(40 * day_ms);
  on("wip", "a", 2);
  const ProjectState now = state();
  BOOST_TEST(now.failing() == 1U);
  BOOST_TEST(now.failing_elsewhere() == 0U);
  BOOST_TEST(now.problems.size() == 2U);
  BOOST_CHECK(now.all_branches == (Names{"main", "stable", "wip"}));
}

BOOST_AUTO_TEST_CASE(pinned_branches_follow_the_default_one) {
  shown("pinned = [\"v2\", \"v1\", \"v2\", \"main\", \"none\"]");
  for (const char* name : {"v1", "busy", "v2", "main"}) on(name, "a", 1);
  on("busy", "b", 1);
  BOOST_CHECK(state().all_branches == (Names{"main", "v2", "v1", "busy"}));
}

BOOST_AUTO_TEST_SUITE_END()
