#include "analysis/stat_ranges.hpp"

#include "analysis/project_state.hpp"
#include "store/index/history.hpp"
#include "unit/analysis/story_fixture.hpp"

using namespace testfarm;

namespace analysis_stat_ranges {

struct StatRangesFixture : StoryFixture {
  void measure(const std::string& name, std::size_t commit, double size, const std::string& says = {}) {
    stats = {{"size", size}};
    run(name, commit, says);
  }
  // Commits that are suspect of the move that a client sees last.
  std::vector<std::string> suspects(const std::string& name, std::size_t* ranges = nullptr) {
    farm.settle();
    Index index = farm.index();
    const ProjectState project = must(read_project_state(farm.layout(), index, project_id("p")));
    for (const ClientOverview& one : project.clients) {
      if (one.key.client.text() != name) continue;
      BOOST_REQUIRE(one.stat_changes.size() == 1U);
      if (ranges != nullptr) *ranges = one.stat_changes[0].ranges;
      return titles(one.stat_changes[0].suspects);
    }
    return {};
  }
};

}  // namespace analysis_stat_ranges

BOOST_FIXTURE_TEST_SUITE(analysis_stat_ranges, analysis_stat_ranges::StatRangesFixture)

BOOST_AUTO_TEST_CASE(clients_that_skip_commits_accuse_no_innocent) {
  for (std::size_t commit = 1; commit <= 6; ++commit) measure("x", commit, 100);
  for (std::size_t commit = 1; commit <= 8; ++commit) measure("y", commit, 200);
  measure("x", 10, 150);  // 7 to 10
  measure("x", 11, 150);
  BOOST_CHECK((suspects("x") == Titles{"Change 10", "Change 9", "Change 8", "Change 7"}));
  measure("y", 9, 250);  // 9 alone, and so for both
  measure("y", 11, 250);
  std::size_t ranges = 0;
  BOOST_CHECK((suspects("x", &ranges) == Titles{"Change 9"}));
  BOOST_TEST(ranges == 2U);
}

// What failed has the value all the same.
BOOST_AUTO_TEST_CASE(a_failed_run_with_the_new_value_narrows_the_range) {
  for (std::size_t commit = 1; commit <= 6; ++commit) measure("x", commit, 100);
  measure("x", 7, 100, broken);
  measure("x", 8, 150, broken);
  measure("x", 10, 150);
  measure("x", 11, 150);
  BOOST_CHECK((suspects("x") == Titles{"Change 8"}));
}

// They come by SQLite's JSON, and the summary's by ours.
BOOST_AUTO_TEST_CASE(stats_are_what_the_summary_has) {
  const Stats odd{{"a \"quoted\".name[0] $", 0.1},
                  {"gr\u00f6\u00dfe, KiB \\ line", 1e300},
                  {"zero", -0.0},
                  {"count", 9007199254740993.0},
                  {"small", 5e-324}};
  stats = odd;
  run("a", 1);
  stats.clear();
  run("a", 2);
  farm.settle();
  Index index = farm.index();
  const auto measured = must(History(index).latest_measured(key_of("a"), "main", 10));
  BOOST_REQUIRE(measured.size() == 2U);
  BOOST_TEST(measured[0].stats.empty());
  BOOST_TEST((measured[1].stats == odd));
  BOOST_TEST((measured[1].stats == must(index.execution(measured[1].header.key))->summary.stats));
}

BOOST_AUTO_TEST_SUITE_END()
