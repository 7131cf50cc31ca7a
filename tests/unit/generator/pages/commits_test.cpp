#include "generator/pages/commits.hpp"

#include "generator/site/paths.hpp"
#include "unit/analysis/story_fixture.hpp"

using namespace testfarm;

BOOST_FIXTURE_TEST_SUITE(generator_pages_commits, StoryFixture)

// A month's page was as heavy as its commits were many.
BOOST_AUTO_TEST_CASE(a_month_of_many_commits_comes_in_parts) {
  run("a", 0);
  run("a", 450);
  tick();
  const std::string first = page("p/commits/main/2023-11.html");
  const std::string second = page("p/commits/main/2023-11.2.html");
  BOOST_TEST(first.size() < 100U * 1024);
  BOOST_TEST(second.size() < 100U * 1024);
  // Whatever leads to one of them finds its anchor on the first part.
  for (std::size_t i = 1; i <= 450; ++i)
    BOOST_REQUIRE(has(first, concat("id=\"", commit_anchor(revision(i)), '"')));
  BOOST_TEST(has(first, concat("<tr id=\"", commit_anchor(revision(449)), '"')));
  BOOST_TEST(has(second, concat("<tr id=\"", commit_anchor(revision(1)), '"')));
  BOOST_TEST(page("p/commits.html").size() < 100U * 1024);
  BOOST_TEST(made_anew() == contents_of(farm.site()));
}

BOOST_AUTO_TEST_CASE(a_commit_tells_what_was_first_seen_at_it) {
  run("a", 0);
  run("a", 1, broken);
  run("a", 2, broken);
  tick();
  BOOST_TEST(has(page(concat("p/commit/", revision(1), ".html")), "First seen at this commit"));
  BOOST_TEST(!has(page(concat("p/commit/", revision(2), ".html")), "First seen at this commit"));
}

BOOST_AUTO_TEST_SUITE_END()
