#include "generator/pages/search.hpp"

#include "generator/site/paths.hpp"
#include "store/index/search_terms.hpp"
#include "unit/analysis/story_fixture.hpp"

using namespace testfarm;

namespace generator_pages_search {
struct Fixture : StoryFixture {
  std::set<std::string> searched() const {
    std::set<std::string> files;
    for (const std::string& path : written)
      if (path.starts_with("p/search/")) files.insert(path.substr(9));
    return files;
  }
};
}  // namespace generator_pages_search

BOOST_FIXTURE_TEST_SUITE(generator_pages_search, generator_pages_search::Fixture)

BOOST_AUTO_TEST_CASE(an_end_changes_three_files_at_most) {
  run("a", 0);
  tick();
  results = {{.name = "alpha", .outcome = TestOutcome::failed},
             {.name = "Zeta", .outcome = TestOutcome::failed},
             {.name = "1 + 1", .outcome = TestOutcome::failed}};
  run("a", 1, broken);
  tick();
  BOOST_TEST(searched() == (std::set<std::string>{"c-a.json", "t-a.json", "t-n.json"}),
             boost::test_tools::per_element());
  BOOST_TEST(has(page("p/search/c-a.json"), concat("\"name\":\"", revision(1), '"')));
  BOOST_TEST(has(page("p/search/t-n.json"), R"("name":"Zeta","link":"a/test/main/)"),
             page("p/search/t-n.json"));
  BOOST_TEST(!has(page("p/search/t-n.json"), "alpha"));
  results.clear();
  run("a", 2);
  tick();
  BOOST_TEST(searched() == std::set<std::string>{"c-a.json"}, boost::test_tools::per_element());
  BOOST_TEST(made_anew() == contents_of(farm.site()));
}

BOOST_AUTO_TEST_CASE(what_links_there_is_there) {
  results = {{.name = "a \"quoted\" <name>", .outcome = TestOutcome::failed}};
  run("a", 1, broken);
  tick();
  const std::string json = page("p/search/t-a.json");
  BOOST_TEST(has(json, R"("name":"a \"quoted\" <name>")"), json);
  BOOST_TEST(!page(concat("p/", test_place(key_of("a").client, "main", "a \"quoted\" <name>"))).empty());
}

BOOST_AUTO_TEST_CASE(what_was_tested_long_ago_is_left_out) {
  run("a", 1);
  farm.clock().pass(searched_back + day_ms);
  run("a", 2);
  tick();
  const std::string json = page("p/search/c-a.json");
  BOOST_TEST(has(json, revision(2)), json);
  BOOST_TEST(!has(json, revision(1)), json);
}

// A question costs the same in a busy year.
BOOST_AUTO_TEST_CASE(of_very_many_executions_the_newest_are_looked_at) {
  for (std::size_t commit = 1; commit <= 6; ++commit) run("a", commit);
  tick();
  Index index = farm.index();
  const auto few = must(SearchTerms(index).revisions(key_of("a").project, 'a', 10, 3));
  BOOST_TEST(few.revisions.size() == 3U);
  BOOST_TEST(few.revisions.front().revision == revision(6));
  BOOST_TEST(few.cut);
  const auto all = must(SearchTerms(index).revisions(key_of("a").project, 'a', 10, 6));
  BOOST_TEST(all.revisions.size() == 6U);
  BOOST_TEST(!all.cut);
}

BOOST_AUTO_TEST_CASE(a_file_is_64_kib_at_most_and_says_that_it_is_cut) {
  for (std::size_t commit = 1; commit <= 4; ++commit) {
    results.clear();
    for (int i = 0; i < 100; ++i)
      results.push_back(
          {.name = concat("n", commit, std::string(150, 'o'), i), .outcome = TestOutcome::failed});
    run("a", commit, broken);
  }
  tick();
  const std::string json = page("p/search/t-n.json");
  BOOST_TEST(json.size() <= 64U * 1024);
  BOOST_TEST(has(json, R"("cut":true)"), json.substr(0, 40));
}

// Many tests of one letter pushed those of the other out, of a file that was not due.
BOOST_AUTO_TEST_CASE(letters_do_not_push_each_other_out) {
  results = {{.name = "alpha", .outcome = TestOutcome::failed}};
  run("a", 1, broken);
  tick();
  for (std::size_t commit = 2; commit <= 5; ++commit) {
    results.clear();
    for (int i = 0; i < 100; ++i)
      results.push_back({.name = concat("zeta", i), .outcome = TestOutcome::failed});
    run("a", commit, broken);
  }
  tick();
  BOOST_TEST(has(page("p/search/t-a.json"), "alpha"));
  BOOST_TEST(made_anew() == contents_of(farm.site()));
  BOOST_TEST(has(page("p/search/t-a.json"), "alpha"));
  // Of so many failures only the last are looked at: what is not found may be there.
  BOOST_TEST(has(page("p/search/t-n.json"), R"("cut":true)"));
  BOOST_TEST(has(page("p/search/t-a.json"), R"("cut":false)"));
}

BOOST_AUTO_TEST_SUITE_END()
