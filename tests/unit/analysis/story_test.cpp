#include "analysis/story.hpp"

#include "store/index/failures.hpp"
#include "unit/analysis/story_fixture.hpp"

using namespace testfarm;

BOOST_FIXTURE_TEST_SUITE(analysis_story, StoryFixture)

BOOST_AUTO_TEST_CASE(new_with_the_commits_since_it_passed) {
  run("a", 1);
  const Judgement judgement = judged(run("a", 4, broken));
  BOOST_CHECK(judgement.verdict == Novelty::fresh);
  BOOST_CHECK((titles(judgement.story.suspects) == Titles{"Change 4", "Change 3", "Change 2"}));
  BOOST_TEST(judgement.story.suspects.complete);
}

BOOST_AUTO_TEST_CASE(what_happened_in_between_counts_into_the_range) {
  run("a", 1);
  run("a", 3, {}, Outcome::trouble);
  BOOST_CHECK(
      (titles(judged(run("a", 4, broken)).story.suspects) == Titles{"Change 4", "Change 3", "Change 2"}));
}

BOOST_AUTO_TEST_CASE(several_clients_share_the_suspects) {
  run("a", 1);
  run("b", 3);
  const ExecutionKey first = run("a", 4, broken);
  const ExecutionKey second = run("b", 6, "/home/b/x.cpp:9:1: error: no member named 'frob'");
  const Judgement judgement = judged(second);
  BOOST_CHECK(judgement.verdict == Novelty::known);
  BOOST_TEST(judgement.since->execution.text() == first.execution.text());
  BOOST_CHECK((titles(judgement.story.suspects) == Titles{"Change 4"}));
  // What is learnt later is not on the page of the one before.
  BOOST_TEST(titles(judged(first).story.suspects).size() == 3U);
}

BOOST_AUTO_TEST_CASE(it_goes_on_and_is_mended_and_comes_back) {
  run("a", 1);
  const ExecutionKey first = run("a", 2, broken);
  BOOST_CHECK(judged(run("a", 3, broken)).since->execution == first.execution);
  run("a", 4);
  run("a", 5);
  const Judgement again = judged(run("a", 6, broken));
  BOOST_CHECK(again.verdict == Novelty::returned);
  BOOST_CHECK((titles(again.story.suspects) == Titles{"Change 6"}));
}

BOOST_AUTO_TEST_CASE(both_outcomes_at_one_revision_are_chance) {
  run("a", 1);
  run("a", 2);
  const Judgement judgement = judged(run("a", 2, broken));
  BOOST_CHECK(judgement.verdict == Novelty::flaky);
  BOOST_TEST(judgement.story.flakiness.both == 1U);
}

BOOST_AUTO_TEST_CASE(a_machine_that_changed_is_not_chance) {
  run("a", 1);
  run("a", 2);
  facts = {{"system", "Debian 13"}};
  const Judgement judgement = judged(run("a", 2, broken));
  BOOST_CHECK(judgement.verdict == Novelty::fresh);
  BOOST_TEST(judgement.story.suspects.known);
  BOOST_TEST(judgement.story.suspects.commits.empty());
}

BOOST_AUTO_TEST_CASE(who_never_passed_has_no_range) {
  const Judgement judgement = judged(run("a", 2, broken));
  BOOST_CHECK(judgement.verdict == Novelty::fresh);
  BOOST_TEST(!judgement.story.suspects.known);
}

BOOST_AUTO_TEST_CASE(a_gap_in_what_was_told_makes_it_incomplete) {
  run("a", 1);
  tested["a"] = 3;  // an execution that the farm never heard of
  const Judgement judgement = judged(run("a", 5, broken));
  BOOST_TEST(!judgement.story.suspects.complete);
}

BOOST_AUTO_TEST_CASE(another_failure_in_between_hides_it_or_not) {
  run("a", 1);
  run("a", 3, "x.cpp:1:1: error: something else");  // stops before: says nothing of the other
  BOOST_CHECK((titles(judged(run("a", 5, broken)).story.suspects) ==
               Titles{"Change 5", "Change 4", "Change 3", "Change 2"}));
}

BOOST_AUTO_TEST_CASE(machines_are_compared_where_they_tested_the_suspects) {
  facts = {{"compiler", "clang 18, libc++"}};
  for (const char* name : {"a", "b"}) {
    run(name, 1);
    run(name, 4, broken);
  }
  facts = {{"compiler", "gcc 12"}};
  for (const char* name : {"d", "e", "f"}) run(name, 5);
  farm.settle();
  Index index = farm.index();
  const auto fingerprint = must(Failures(index).fingerprints(clients.at("a"), "main", 0, always, 1)).at(0);
  const auto story = must(Storyteller(index).tell(project_id("p"), "main", fingerprint, always));
  BOOST_TEST(story->failing == 2U);
  BOOST_TEST(story->passing == 3U);
  BOOST_REQUIRE(!story->features.empty());
  BOOST_TEST(story->features[0].fact == "compiler");
}

// A client that fails elsewhere for long, and lacked it in between: what is older than was looked at is not
// told as the row's beginning, and the range is not called complete.
BOOST_AUTO_TEST_CASE(a_search_that_gives_up_is_no_proof) {
  run("a", 1);
  const ExecutionKey early = run("a", 2, broken);
  two_tasks = true;
  run("a", 3, "x.cpp:1:1: error: something else");  // after the task that had it: it lacks it
  two_tasks = false;
  for (std::size_t commit = 4; commit < 70; ++commit) run("a", commit, "y.cpp:1:1: error: not built at all");
  const Judgement judgement = judged(run("a", 70, broken));
  const ClientHistory& part = judgement.story.histories.at(0);
  BOOST_TEST(part.first.execution.text() != early.execution.text());
  BOOST_TEST(!part.range.complete);
  BOOST_CHECK(judgement.verdict == Novelty::returned);
}

// However many in between say nothing of it.
BOOST_AUTO_TEST_CASE(a_pass_ends_it_in_any_case) {
  run("a", 1);
  run("a", 2, broken);
  farm.settle();
  Index index = farm.index();
  const auto fingerprint = must(Failures(index).fingerprints(clients.at("a"), "main", 0, always, 1)).at(0);
  for (int i = 0; i < 310; ++i) run("a", 3, "y.cpp:1:1: error: not built at all");
  const ExecutionKey passed = run("a", 4);
  farm.settle();
  const auto story = must(Storyteller(index).tell(project_id("p"), "main", fingerprint, always));
  BOOST_REQUIRE(story->histories.at(0).fixed_by);
  BOOST_TEST(story->histories.at(0).fixed_by->key.execution.text() == passed.execution.text());
}

// However long ago it was.
BOOST_AUTO_TEST_CASE(what_mended_it_stays_what_mended_it) {
  run("a", 1);
  run("a", 2, broken);
  const ExecutionKey mended = run("a", 3);
  for (int i = 0; i < 400; ++i) run("a", 4);
  farm.settle();
  Index index = farm.index();
  const auto fingerprint = must(Failures(index).fingerprints(clients.at("a"), "main", 0, always, 1)).at(0);
  const auto story = must(Storyteller(index).tell(project_id("p"), "main", fingerprint, always));
  BOOST_TEST(story->histories.at(0).fixed_by->key.execution.text() == mended.execution.text());
  BOOST_TEST(story->flakiness.of == 2U);
}

BOOST_AUTO_TEST_CASE(a_branch_without_repositories_has_its_page_too) {
  auto events = small_execution();
  std::get<ExecutionStarted>(events[0].body).repositories.clear();
  std::get<ExecutionStarted>(events[0].body).branch = "bare";
  farm.append(key, lines(events));
  tick();
  const auto by_ticks = contents_of(farm.site());
  BOOST_TEST(by_ticks.contains("p/commits/bare.html"));
  BOOST_CHECK(by_ticks == made_anew());
}

// Whatever happens on one branch, the pages of another say the same when they are made anew; and a file of
// one is no file of another.
BOOST_AUTO_TEST_CASE(branches_do_not_meet) {
  tick();
  const auto on = [&](const std::string& of, const std::string& name, std::size_t commit,
                      const std::string& says = {}) {
    branch = of;
    ExecutionKey id = run(name, commit, says);
    tick();
    return id;
  };
  on("main", "a", 1);
  on("x", "b", 2);
  on("x.html", "b", 2);
  on("main", "a", 3, broken);
  on("release", "c", 3);
  on("old", "a", 3, "z.cpp:1:1: error: another");
  on("main", "c", 3);
  on("release", "b", 4, broken);
  branch = "busy";
  for (int i = 0; i < 60; ++i) {
    run("c", 3);
    if (i % 10 == 0) tick();
  }
  farm.client("invited");
  tick();
  const auto by_ticks = contents_of(farm.site());
  BOOST_TEST(has(by_ticks.at("p/commits.html"), "commits/x.html"));
  BOOST_TEST(has(by_ticks.at("p/commits/main.html"), "Change 3"));
  const auto at_once = made_anew();
  for (const auto& [path, bytes] : at_once)
    BOOST_TEST((by_ticks.contains(path) && by_ticks.at(path) == bytes), path);
  BOOST_TEST(by_ticks.size() == at_once.size());
}

// One tick after each execution makes the same pages as one walk over all of them.
BOOST_AUTO_TEST_CASE(ticks_tell_what_a_walk_tells) {
  tick();
  run("a", 1);
  tick();
  run("b", 1);
  for (const auto& [name, commit, says] : {std::tuple{"a", 3, broken},
                                           {"b", 2, std::string()},
                                           {"b", 4, broken},
                                           {"a", 4, std::string()},
                                           {"a", 4, broken},
                                           {"b", 5, std::string()},
                                           {"a", 6, std::string()},
                                           {"c", 6, broken}}) {
    tick();
    run(name, static_cast<std::size_t>(commit), says);
  }
  tick();
  const auto by_ticks = contents_of(farm.site());
  BOOST_CHECK(by_ticks == made_anew());
  BOOST_TEST(std::count_if(by_ticks.begin(), by_ticks.end(),
                           [](const auto& file) { return file.first.starts_with("p/failure/"); }) == 2);
}

BOOST_AUTO_TEST_SUITE_END()
