// What is retired leaves every page that counts, keeps its own, and a site made anew says the same.
#include "store/retired.hpp"

#include "generator/plan/plan.hpp"
#include "generator/site/paths.hpp"

#include <fstream>

#include "unit/analysis/story_fixture.hpp"

using namespace testfarm;

namespace generator_pages_retired {

struct RetiredFixture : StoryFixture {
  ExecutionKey old = run("dead", 1, broken);
  void retire_dead(bool back = false) {
    farm.clock().pass(hour_ms);
    must(retire_client(farm.layout(), key_of("dead"), back, farm.clock().now()));
    tick();
  }
  std::string failure() {
    Index index = farm.index();
    const auto row = must(index.execution(old));
    return page(concat("p/", failure_place("main", row->summary.failures.at(0).fingerprint)));
  }
  void same_as_anew() {
    const auto grown = contents_of(farm.site());
    const auto anew = made_anew();
    for (const auto& [path, text] : anew) BOOST_TEST((grown.contains(path) && grown.at(path) == text), path);
    BOOST_TEST(grown.size() == anew.size());
  }
};

}  // namespace generator_pages_retired

BOOST_FIXTURE_TEST_SUITE(generator_pages_retired, generator_pages_retired::RetiredFixture)

BOOST_AUTO_TEST_CASE(it_leaves_summary_badge_cctray_and_headline) {
  run("alive", 1);
  tick();
  BOOST_TEST(has(page("p/badge.svg"), "1 of 2 clients fails"));
  retire_dead();
  BOOST_TEST(has(page("p/badge.svg"), "the one client passes"), page("p/badge.svg"));
  BOOST_TEST(!has(page("p/cctray.xml"), "dead"), page("p/cctray.xml"));
  BOOST_TEST(!has(page("p/feed.atom"), "dead"), page("p/feed.atom"));
  BOOST_TEST(!has(page("p/readiness.html"), "dead"), page("p/readiness.html"));
  const std::string summary = page("p/index.html");
  BOOST_TEST(has(summary, "Not counted any more: 1 client<"), summary);
  BOOST_TEST(has(summary, "href=\"dead/index.html\""), summary);
  BOOST_TEST(!has(summary, "id=\"dead\""), summary);
  BOOST_TEST(has(page("p/summary.json"), "\"retired_clients\":[\"dead\"]"), page("p/summary.json"));
  same_as_anew();
}

BOOST_AUTO_TEST_CASE(its_pages_stay_and_say_so) {
  run("alive", 1);
  tick();
  retire_dead();
  BOOST_TEST(has(page("p/dead/index.html"), "<b>Retired</b>"), page("p/dead/index.html"));
  BOOST_TEST(has(page("p/dead/badge.svg"), "retired"), page("p/dead/badge.svg"));
  BOOST_TEST(has(page(concat("p/dead/", old.execution.text(), ".html")), "frob"));
  BOOST_TEST(has(failure(), "counts no more: its branch, or whoever has it, is retired"), failure());
  BOOST_TEST(has(failure(), "</i>retired"), failure());
  BOOST_TEST(!has(failure(), "still failing"), failure());
}

BOOST_AUTO_TEST_CASE(who_recovered_is_not_mixed_up_with_who_is_retired) {
  run("well", 1, broken);
  run("sick", 1, broken);
  run("well", 2);
  tick();
  retire_dead();
  BOOST_TEST(has(failure(), "Only sick still fails like this; 1 client that did recovered."), failure());
  same_as_anew();
}

BOOST_AUTO_TEST_CASE(it_comes_back_when_taken_back_and_by_itself) {
  run("alive", 1);
  tick();
  retire_dead();
  retire_dead(true);
  BOOST_TEST(has(page("p/badge.svg"), "1 of 2 clients fails"));
  BOOST_TEST(has(failure(), "still failing"), failure());
  same_as_anew();
  retire_dead();
  run("dead", 2, broken);
  tick();
  BOOST_TEST(has(page("p/badge.svg"), "1 of 2 clients fails"));
  BOOST_TEST(has(failure(), "still failing"), failure());
  BOOST_TEST(!has(page("p/dead/index.html"), "<b>Retired</b>"));
  same_as_anew();
}

// Else each end would make all branches of the client due, for ever.
BOOST_AUTO_TEST_CASE(only_the_first_execution_since_makes_all_branches_due) {
  branch = "wip";
  run("dead", 1, broken);
  branch = "main";
  retire_dead();
  const auto wip_is_due_with = [&](const ExecutionKey& execution) {
    farm.settle();
    Index index = farm.index();
    const auto pages = must(pages_of(index, {.kind = DueKind::execution,
                                             .project = "p",
                                             .client = "dead",
                                             .execution = execution.execution.text()}));
    return std::any_of(pages.begin(), pages.end(), [](const Page& page) {
      return page.kind == PageKind::commits && page.client == "wip";
    });
  };
  BOOST_TEST(wip_is_due_with(run("dead", 2)));
  BOOST_TEST(!wip_is_due_with(run("dead", 3)));
}

BOOST_AUTO_TEST_CASE(a_retired_branch_leaves_and_is_still_reached) {
  branch = "wip";
  run("alive", 1, broken);
  branch = "main";
  run("alive", 2);
  tick();
  must(retire_branch(farm.layout(), project_id("p"), "wip", false, farm.clock().now()));
  tick();
  BOOST_TEST(!has(page("p/cctray.xml"), " wip"), page("p/cctray.xml"));
  BOOST_TEST(!has(page("p/index.html"), "<th scope=\"col\">wip"));
  BOOST_TEST(has(page("p/index.html"), "commits/wip.html"), page("p/index.html"));
  BOOST_TEST(has(page("p/commits.html"), "commits/wip.html"));
  BOOST_TEST(has(page("p/alive/index.html"), "retired</span>"), page("p/alive/index.html"));
  same_as_anew();
}

// What another branch does changes no page of a quiet one.
BOOST_AUTO_TEST_CASE(a_branch_that_falls_quiet_says_on_its_own_pages_what_it_said) {
  std::ofstream(farm.layout().project_toml(project_id("p")), std::ios::app)
      << "\n[shown]\nbranches_for = \"30d\"\n";
  branch = "wip";
  run("alive", 1);
  run("alive", 2, broken);
  branch = "main";
  run("alive", 2);
  tick();
  farm.clock().pass(31 * day_ms);
  run("other", 3);
  tick();
  BOOST_TEST(has(page("p/index.html"), "Not counted any more: 1 branch<"), page("p/index.html"));
  BOOST_TEST(!has(page("p/cctray.xml"), " wip"));
  BOOST_TEST(has(page("p/commits/wip.html"), "frob"), page("p/commits/wip.html"));
  same_as_anew();
}

BOOST_AUTO_TEST_SUITE_END()
