#include "client/candidates.hpp"

#include "support/support.hpp"

using namespace testfarm;

namespace client_candidates {

constexpr Millis now = 100 * day_ms;

// One branch of one repository, and another repository; what was tested is what is there.
struct Fixture {
  Seen seen{.repository = "source",
            .branches = {{.tip = {.branch = "main", .revision = "b", .tag = false}, .steps = {}}},
            .others = {{"library", "l"}}};
  RememberedState memory;
  Schedule schedule;
  RunOptions options;
  bool requested = false;

  Fixture() {
    schedule.every = minute_ms;
    memory.tested["main"] = {{"source", "b"}, {"library", "l"}};
    memory.ran["main"] = now - hour_ms;
  }
  SeenBranch& main() { return seen.branches.front(); }
  SeenBranch& tag(const std::string& name) {
    return seen.branches.emplace_back(
        SeenBranch{.tip = {.branch = name, .revision = "t", .tag = true}, .steps = {}});
  }
  void met_trouble(Millis ago) { memory.trouble["main"] = {.what = "no network", .at = now - ago}; }

  // "main b change, v1 t forced"
  std::string chosen() const {
    std::string words;
    for (const Candidate& candidate : candidates(seen, memory, schedule, options, requested, now))
      words += concat(words.empty() ? "" : ", ", candidate.branch, ' ', candidate.revisions.at("source"), ' ',
                      name_of(candidate.reason));
    return words;
  }
};

}  // namespace client_candidates

BOOST_FIXTURE_TEST_SUITE(client_candidates, client_candidates::Fixture)

BOOST_AUTO_TEST_CASE(nothing_where_nothing_changed) { BOOST_TEST(chosen() == ""); }

BOOST_AUTO_TEST_CASE(each_step_in_its_order) {
  main().steps = {"a", "b"};
  BOOST_TEST(chosen() == "main a change, main b change");
}

BOOST_AUTO_TEST_CASE(the_other_repositories_go_with_each) {
  main().steps = {"b"};
  const auto all = candidates(seen, memory, schedule, options, requested, now);
  BOOST_REQUIRE(all.size() == 1U);
  BOOST_TEST(all[0].revisions.at("library") == "l");
}

BOOST_AUTO_TEST_CASE(another_repository_that_changed_is_a_change) {
  seen.others["library"] = "m";
  BOOST_TEST(chosen() == "main b change");
}

BOOST_AUTO_TEST_CASE(a_branch_that_was_never_tested_with_another_repository) {
  memory.tested.clear();
  BOOST_TEST(chosen() == "main b change");
}

BOOST_AUTO_TEST_CASE(forced_runs_where_nothing_changed) {
  options.force = true;
  BOOST_TEST(chosen() == "main b forced");
  main().steps = {"b"};
  BOOST_TEST(chosen() == "main b change");
}

BOOST_AUTO_TEST_CASE(a_request_is_for_every_branch_without_changes) {
  requested = true;
  seen.branches.push_back({.tip = {.branch = "next", .revision = "n", .tag = false}, .steps = {"n"}});
  BOOST_TEST(chosen() == "main b requested, next n change");
}

BOOST_AUTO_TEST_CASE(back_to_back_always_has_work) {
  schedule.every = 0;
  BOOST_TEST(chosen() == "main b schedule");
}

BOOST_AUTO_TEST_CASE(force_after_counts_from_the_last_execution) {
  schedule.force_after = 2 * hour_ms;
  BOOST_TEST(chosen() == "");
  memory.ran["main"] = now - 2 * hour_ms;
  BOOST_TEST(chosen() == "main b schedule");
}

BOOST_AUTO_TEST_CASE(after_trouble_a_branch_rests_for_an_hour) {
  main().steps = {"b"};
  met_trouble(hour_ms - 1);
  BOOST_TEST(chosen() == "");
  met_trouble(hour_ms);
  BOOST_TEST(chosen() == "main b change");
}

BOOST_AUTO_TEST_CASE(a_clock_that_went_back_does_not_make_it_rest) {
  main().steps = {"b"};
  met_trouble(-day_ms);
  BOOST_TEST(chosen() == "main b change");
}

BOOST_AUTO_TEST_CASE(forced_does_not_rest) {
  main().steps = {"b"};
  met_trouble(0);
  options.force = true;
  BOOST_TEST(chosen() == "main b change");
}

BOOST_AUTO_TEST_CASE(a_tag_is_tested_once_or_when_it_is_named) {
  seen.branches.clear();
  tag("v1").steps = {"t"};
  BOOST_TEST(chosen() == "v1 t change");
  seen.branches.front().steps.clear();
  options.force = true;
  BOOST_TEST(chosen() == "");
  options.branch = "v1";
  BOOST_TEST(chosen() == "v1 t change");  // the other repository was never tested with it
}

BOOST_AUTO_TEST_CASE(a_named_revision_runs_once) {
  options.revision = "r";
  seen.branches.push_back({.tip = {.branch = "next", .revision = "n", .tag = false}, .steps = {}});
  BOOST_TEST(chosen() == "main r forced");
  seen.branches.clear();
  BOOST_TEST(chosen() == "");
}

BOOST_AUTO_TEST_CASE(old_tags_count_as_tested_once_they_are_watched) {
  RepositoryDefinition repository;
  repository.name = "source";
  const std::vector<Tip> tips{{.branch = "main", .revision = "b", .tag = false},
                              {.branch = "v1", .revision = "t", .tag = true}};
  skip_old_tags(tips, repository, memory);
  BOOST_TEST(!memory.tested.contains("v1"));
  repository.tags = {"v*"};
  skip_old_tags(tips, repository, memory);
  BOOST_TEST(memory.tested["v1"]["source"] == "t");
  BOOST_TEST(memory.tested["main"]["source"] == "b");
  memory.tested.erase("v1");
  skip_old_tags(tips, repository, memory);
  BOOST_TEST(!memory.tested.contains("v1"));
}

BOOST_AUTO_TEST_SUITE_END()
