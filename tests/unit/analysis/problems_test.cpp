#include "analysis/problems.hpp"

#include "analysis/project_state.hpp"
#include "unit/analysis/story_fixture.hpp"

using namespace testfarm;

namespace analysis_problems {

struct ProblemsFixture : StoryFixture {
  ProjectState state() {
    farm.settle();
    Index index = farm.index();
    return must(read_project_state(farm.layout(), index, project_id("p")));
  }
  // "new NAME, old NAME": the standings on a branch, with what fails.
  std::string standings(const ProjectState& project, const std::string& on = "main") {
    std::string all;
    const BranchProblems* problems = project.problems_on(on);
    if (problems == nullptr) return all;
    for (const Problem& problem : problems->problems)
      all += concat(all.empty() ? "" : ", ", static_cast<int>(problem.standing), problem.back ? "b" : "", ' ',
                    problem.story.example.says.substr(0, 1));
    return all;
  }
  void configure(const std::string& toml) {
    must(replace_file(farm.layout().project_toml(project_id("p")), toml, Sync::no));
  }
  void weeks_pass(int weeks) { farm.clock().pass(7 * day_ms * weeks); }
};
const std::string a_breaks = "a.cpp:4:2: error: no member named 'frob'";
const std::string b_breaks = "b.cpp:4:2: error: expected ';'";

}  // namespace analysis_problems

BOOST_FIXTURE_TEST_SUITE(analysis_problems, analysis_problems::ProblemsFixture)

BOOST_AUTO_TEST_CASE(a_failure_is_new_for_a_week_of_results_and_then_old) {
  run("x", 1);
  const ExecutionKey first = run("x", 2, a_breaks);
  ProjectState project = state();
  BOOST_TEST(standings(project) == "0 a");
  weeks_pass(2);
  BOOST_TEST(standings(state()) == "0 a");  // nothing has changed since
  run("x", 3, a_breaks);
  project = state();
  BOOST_TEST(standings(project) == "1 a");
  BOOST_TEST(project.problems.at(0).problems.at(0).since.execution.text() == first.execution.text());
}

BOOST_AUTO_TEST_CASE(what_never_passed_is_no_break) {
  run("x", 1, a_breaks);
  BOOST_TEST(standings(state()) == "2 a");
}

// Each failure has a beginning of its own, whatever the row of red began with.
BOOST_AUTO_TEST_CASE(since_is_of_the_failure_and_not_of_the_row_of_red) {
  run("x", 1);
  run("x", 2, a_breaks);
  const ExecutionKey other = run("x", 3, b_breaks);
  const ProjectState project = state();
  BOOST_TEST(standings(project) == "0 b");
  const Problem* problem = project.problem_of(project.clients.at(0).branches.at(0));
  BOOST_REQUIRE(problem != nullptr);
  BOOST_TEST(problem->since.execution.text() == other.execution.text());
}

BOOST_AUTO_TEST_CASE(what_was_fixed_and_is_there_again_is_back) {
  run("x", 1);
  run("x", 2, a_breaks);
  run("x", 3);
  run("x", 4, a_breaks);
  BOOST_TEST(standings(state()) == "0b a");
}

BOOST_AUTO_TEST_CASE(a_note_makes_it_noted_and_news_come_first) {
  configure("[[known]]\npattern = 'frob'\ntitle = \"No frob here\"\n");
  run("x", 1);
  run("y", 1);
  run("x", 2, a_breaks);
  run("y", 2, b_breaks);
  const ProjectState project = state();
  BOOST_TEST(standings(project) == "0 b, 3 a");
  BOOST_TEST(project.problems.at(0).problems.at(1).note == "No frob here");
}

// The default branch alone decides marks and counts; who fails elsewhere is counted beside it.
BOOST_AUTO_TEST_CASE(another_branch_does_not_redden_the_project) {
  run("x", 1);
  run("y", 1);
  branch = "feature/long";
  run("y", 2, a_breaks);
  const ProjectState project = state();
  BOOST_TEST(project.default_branch() == "main");
  BOOST_TEST(project.failing() == 0U);
  BOOST_TEST(project.with_results() == 2U);
  BOOST_TEST(project.failing_elsewhere() == 1U);
  BOOST_TEST(standings(project, "feature/long") == "2 a");
}

BOOST_AUTO_TEST_CASE(the_default_branch_is_named_or_guessed) {
  branch = "next";
  run("x", 1);
  BOOST_TEST(state().default_branch() == "next");
  branch = "trunk";
  run("x", 2);
  branch = "next";
  run("x", 3);
  BOOST_TEST(state().default_branch() == "trunk");
  configure("branch = \"next\"\n");
  BOOST_TEST(state().default_branch() == "next");
}

BOOST_AUTO_TEST_SUITE_END()
