#include "generator/pages/comparison.hpp"

#include "generator/plan/plan.hpp"
#include "unit/analysis/story_fixture.hpp"

using namespace testfarm;

namespace generator_pages_comparison {
struct Fixture : StoryFixture {
  std::string page_of(const ExecutionKey& of) const {
    return page(concat("p/", of.owner.client.text(), '/', of.execution.text(), ".html"));
  }
};
}  // namespace generator_pages_comparison

BOOST_FIXTURE_TEST_SUITE(generator_pages_comparison, generator_pages_comparison::Fixture)

BOOST_AUTO_TEST_CASE(what_is_new_since_it_passed_stands_on_the_page) {
  facts["compiler"] = "gcc 12.2";
  const ExecutionKey good = run("a", 0);
  facts["compiler"] = "gcc 14.0";
  const ExecutionKey bad = run("a", 1, "fine\n" + broken);
  tick();
  const std::string html = page_of(bad);
  BOOST_TEST(has(html, "<h2>New since it passed</h2>"), html);
  BOOST_TEST(has(html, concat("href=\"../a/", good.execution.text(), ".html\"")), html);
  BOOST_TEST(has(html, "<del>gcc 12.2</del> → <b>gcc 14.0</b>"), html);
  const auto at = html.find("class=\"out fresh\"");
  BOOST_REQUIRE(at != std::string::npos);
  const std::string lines = html.substr(at, html.find("</pre>", at) - at);
  BOOST_TEST(has(lines, "src/x.cpp:4:2: error"), lines);
  BOOST_TEST(!has(lines, "fine"), lines);
}

BOOST_AUTO_TEST_CASE(nothing_new_is_said_to_be_nothing) {
  run("a", 0);
  const ExecutionKey bad = run("a", 1, "fine");
  tick();
  BOOST_TEST(has(page_of(bad), "says nothing that was not said then"), page_of(bad));
}

BOOST_AUTO_TEST_CASE(what_never_passed_is_compared_with_nothing) {
  const ExecutionKey bad = run("a", 1, broken);
  tick();
  BOOST_TEST(!has(page_of(bad), "New since it passed"));
}

BOOST_AUTO_TEST_CASE(what_has_expired_is_said_to_have) {
  const ExecutionKey good = run("a", 0);
  const ExecutionKey bad = run("a", 1, broken);
  farm.settle();
  std::filesystem::remove(farm.layout().log(good));
  tick();
  BOOST_TEST(has(page_of(bad), "The output of one of the two has expired."), page_of(bad));
}

BOOST_AUTO_TEST_CASE(executions_lead_to_each_other) {
  const ExecutionKey first = run("a", 0);
  const ExecutionKey bad = run("a", 1, broken);
  const ExecutionKey worse = run("a", 2, broken);
  tick();
  run("a", 3);
  tick();
  const std::string html = page_of(worse);
  BOOST_TEST(has(html, concat("rel=\"prev\" href=\"", bad.execution.text())), html);
  BOOST_TEST(has(html, "next, passed ›"), html);
  BOOST_TEST(has(html, concat("<a href=\"", first.execution.text(), ".html\">last passed before")), html);
  BOOST_TEST(!has(page_of(first), "rel=\"prev\""));
}

// When the log of what passed expires, whatever is compared with it says so.
BOOST_AUTO_TEST_CASE(what_is_compared_is_due_with_what_it_is_compared_with) {
  const ExecutionKey good = run("a", 0);
  const ExecutionKey bad = run("a", 1, broken);
  const ExecutionKey worse = run("a", 2, broken);
  run("a", 3);
  farm.settle();
  Index index = farm.index();
  const auto pages = must(pages_of(
      index,
      {.kind = DueKind::execution, .project = "p", .client = "a", .execution = good.execution.text()}));
  for (const ExecutionKey& failed : {bad, worse})
    BOOST_TEST(std::count_if(pages.begin(), pages.end(), [&](const Page& page) {
                 return page.kind == PageKind::execution && page.name == failed.execution.text();
               }) > 0);
}

BOOST_AUTO_TEST_CASE(a_test_that_failed_is_new_too) {
  run("a", 0);
  results = {{.name = "t", .outcome = TestOutcome::failed, .message = "t.cpp:3: expected 1, got 2"}};
  const ExecutionKey bad = run("a", 1, "some tests failed");
  tick();
  BOOST_TEST(has(page_of(bad), "t.cpp:3: expected 1, got 2\n</pre>"), page_of(bad));
}

// Two clients meet the same commit, one a moment before the other: it is the commit on both of their pages.
BOOST_AUTO_TEST_CASE(who_was_second_to_meet_a_commit_is_not_told_no) {
  run("a", 0);
  run("b", 0);
  const ExecutionKey first = run("a", 1, broken);
  const ExecutionKey second = run("b", 1, broken);
  const ExecutionKey later = run("b", 2, broken);
  tick();
  for (const ExecutionKey& of : {first, second})
    BOOST_TEST(has(page_of(of), "<b>Probably</b>: the only suspect is among the commits here."), page_of(of));
  BOOST_TEST(has(page_of(second), "The only commit that both clients picked up"), page_of(second));
  BOOST_TEST(has(page_of(later), "<b>No</b>: it failed before this execution."), page_of(later));
}

BOOST_AUTO_TEST_SUITE_END()
