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

// Eight machines broke with one commit and seven were mended: the eighth, at an older commit, was told as
// back, with all that it had picked up as suspects, and with machines beside it that had failed just so as
// "others that do not".
BOOST_AUTO_TEST_CASE(who_lags_behind_the_fix_tells_nothing_new) {
  for (const char* name : {"a", "b", "c", "d"}) run(name, 1);
  for (const char* name : {"a", "b", "c"}) run(name, 2);
  for (const char* name : {"a", "b", "c"}) run(name, 3, broken);
  run("d", 4, broken);
  for (const char* name : {"a", "b", "c"}) run(name, 4, broken);
  for (const char* name : {"a", "b", "c"}) run(name, 5);
  const ProjectState now = state();
  BOOST_REQUIRE(now.problems.size() == 1U);
  const Problem& problem = now.problems[0].problems.at(0);
  BOOST_TEST(!problem.back);
  BOOST_TEST(problem.story.open == 1U);
  BOOST_TEST(titles(problem.story.suspects) == Titles{"Change 3"}, boost::test_tools::per_element());
  BOOST_TEST(problem.story.passing == 0U);
  BOOST_REQUIRE(problem.story.mended.has_value());
  BOOST_TEST(problem.story.mended->revision == revision(5));
  tick();
  const std::string html = page("p/index.html");
  BOOST_TEST(has(html, "Only d still fails like this; 3 clients that did recovered."), html);
  BOOST_TEST(has(html, "d has no result of that commit or a newer one yet"), html);
}

BOOST_AUTO_TEST_CASE(who_lags_behind_the_second_fix_is_back_all_the_same) {
  for (const char* name : {"a", "b"}) run(name, 1);
  for (const char* name : {"a", "b"}) run(name, 2, broken);
  for (const char* name : {"a", "b"}) run(name, 3);
  for (const char* name : {"a", "b"}) run(name, 4, broken);
  run("a", 5);
  const ProjectState now = state();
  BOOST_TEST(now.problems.at(0).problems.at(0).back);
}

BOOST_AUTO_TEST_CASE(who_fails_after_the_fix_is_back) {
  for (const char* name : {"a", "b"}) run(name, 1);
  for (const char* name : {"a", "b"}) run(name, 2, broken);
  for (const char* name : {"a", "b"}) run(name, 3);
  run("a", 4, broken);
  const ProjectState now = state();
  const Problem& problem = now.problems.at(0).problems.at(0);
  BOOST_TEST(problem.back);
  BOOST_TEST(!problem.story.mended.has_value());
}

BOOST_AUTO_TEST_CASE(trouble_ends_no_row_of_results) {
  run("a", 1);
  run("a", 2, "", Outcome::trouble);
  run("a", 3);
  BOOST_TEST(state().clients.at(0).branches.at(0).in_a_row == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
