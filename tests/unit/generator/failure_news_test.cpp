#include "generator/failure_news.hpp"

#include "generator/plan.hpp"
#include "unit/generator/site_fixture.hpp"

using namespace testfarm;

namespace {

struct NewsFixture : SiteFixture {
  std::size_t commit = 0;

  // One execution with 25 tests, of which those from the first up to the last number fail.
  ExecutionKey run(std::size_t first, std::size_t last) {
    farm.clock().pass(hour_ms);
    ++commit;
    const bool fails = first <= last;
    TestResults results{1, 1, {}};
    for (std::size_t test = 1; test <= 25; ++test)
      results.tests.push_back({cat("test-", 10 + test),
                               test >= first && test <= last ? TestOutcome::failed : TestOutcome::passed,
                               0.1,
                               {}});
    const auto revision = [](std::size_t number) { return cat(std::string(36, 'a'), 1000 + number); };
    const Repository repository{
        "source",
        "https://example.org/x.git",
        revision(commit),
        commit > 1 ? revision(commit - 1) : "",
        {{revision(commit), "Ann", static_cast<std::int64_t>(1'700'000'000 + 60 * commit),
          cat("Change ", commit)}},
        0};
    std::vector<EventBody> bodies{
        ExecutionStarted{"main", Reason::change, {repository}, {{"system", "Debian 12"}}, {}},
        TaskStarted{1, "Test", TaskKind::test, true},
        CommandStarted{1, 1, "make test"},
        std::move(results),
        CommandEnded{1, 1, CommandEnding::exited, fails ? 2 : 0, !fails, 5, {}, {}, 0, 0},
        TaskEnded{1, fails ? TaskOutcome::failed : TaskOutcome::passed, 6},
        ExecutionEnded{fails ? Outcome::failed : Outcome::passed, 7, {}}};
    std::vector<Event> events;
    for (EventBody& body : bodies) events.push_back({events.size() + 1, 0, std::move(body)});
    const ExecutionKey id = execution_key(client, cat("20261121-", 100000 + commit, "-aaaaaa"));
    farm.append(id, lines(events));
    return id;
  }
  // What an execution's end makes due.
  std::vector<Page> due(const ExecutionKey& id) {
    farm.settle();
    Index index = farm.index();
    return must(pages_of(index, {DueKind::execution, "p", id.owner.client.text(), id.execution.text()}));
  }
  static std::set<std::string> failures(const std::vector<Page>& pages) {
    std::set<std::string> names;
    for (const Page& page : pages)
      if (page.kind == PageKind::failure) names.insert(page.name);
    return names;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(generator_failure_news, NewsFixture)

BOOST_AUTO_TEST_CASE(each_new_failure_is_news) {
  run(1, 0);
  BOOST_TEST(failures(due(run(1, 20))).size() == 20U);
}

// However many tests go on failing, an execution's end makes 25 pages due and those of what changed.
BOOST_AUTO_TEST_CASE(what_goes_on_is_told_in_turns) {
  run(1, 0);
  const auto all = failures(due(run(1, 20)));
  std::set<std::string> told;
  for (int i = 0; i < 20; ++i) {
    const auto pages = due(run(1, 20));
    BOOST_TEST(pages.size() <= 25U);
    BOOST_TEST(failures(pages).size() <= most_retold);
    told.merge(failures(pages));
  }
  BOOST_CHECK(told == all);
}

BOOST_AUTO_TEST_CASE(a_few_are_told_each_time) {
  run(1, 0);
  run(1, 6);
  BOOST_TEST(failures(due(run(1, 6))).size() == 6U);
}

BOOST_AUTO_TEST_CASE(what_ends_is_news) {
  run(1, 0);
  run(1, 20);
  run(1, 20);
  const auto one = failures(due(run(2, 20)));
  BOOST_TEST(one.size() <= most_retold + 1);
  BOOST_TEST(one.size() >= 1U);
  BOOST_TEST(failures(due(run(1, 0))).size() == 19U);
  // And nothing afterwards.
  BOOST_TEST(failures(due(run(1, 0))).size() == 0U);
}

BOOST_AUTO_TEST_CASE(what_was_mended_longer_ago_is_no_news) {
  run(1, 0);
  run(1, 10);
  run(11, 12);
  BOOST_TEST(failures(due(run(11, 12))).size() == 2U);
}

// Each page is as of its own last news, whether it was made then or later.
BOOST_AUTO_TEST_CASE(ticks_tell_what_a_walk_tells) {
  tick();
  for (const auto& [first, last] : {std::pair{1, 0},
                                    {1, 15},
                                    {1, 15},
                                    {1, 16},
                                    {3, 16},
                                    {3, 16},
                                    {2, 16},
                                    {1, 0},
                                    {1, 15},
                                    {1, 15},
                                    {1, 15}}) {
    run(static_cast<std::size_t>(first), static_cast<std::size_t>(last));
    tick();
  }
  const auto by_ticks = contents_of(farm.site());
  BOOST_TEST(std::count_if(by_ticks.begin(), by_ticks.end(), [](const auto& file) {
               return file.first.starts_with("p/failure/") && file.first.ends_with(".html");
             }) == 16);
  BOOST_CHECK(by_ticks == made_anew());
}

BOOST_AUTO_TEST_SUITE_END()
