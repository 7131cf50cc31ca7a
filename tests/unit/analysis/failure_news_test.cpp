#include "analysis/failure_news.hpp"

#include "base/crypto.hpp"
#include "generator/plan/plan.hpp"
#include "store/index/failures.hpp"
#include "unit/generator/site_fixture.hpp"

using namespace testfarm;

namespace analysis_failure_news {

struct NewsFixture : SiteFixture {
  std::size_t commit = 0;
  std::size_t tests = 25;
  std::string branch = "main";
  std::string message;
  Outcome ended = Outcome::failed;  // where some fail
  std::optional<ClientKey> by;

  // One execution, of whose tests those from the first up to the last number fail.
  ExecutionKey run(std::size_t first, std::size_t last) {
    farm.clock().pass(hour_ms);
    ++commit;
    const bool fails = first <= last;
    std::vector<TestResults> results;
    for (std::size_t test = 1; test <= tests; ++test) {
      if (test % 100 == 1) results.push_back({1, 1, {}});
      const auto outcome = test >= first && test <= last ? TestOutcome::failed : TestOutcome::passed;
      results.back().tests.push_back(
          {.name = concat("test-", 1000 + test), .outcome = outcome, .seconds = 0.1, .message = message});
    }
    const auto revision = [](std::size_t number) { return concat(std::string(36, 'a'), 1000 + number); };
    const Repository repository{.name = "source",
                                .url = "https://example.org/x.git",
                                .revision = revision(commit),
                                .previous = commit > 1 ? revision(commit - 1) : "",
                                .changes = {{.revision = revision(commit),
                                             .author = "Ann",
                                             .time = static_cast<std::int64_t>(1'700'000'000 + 60 * commit),
                                             .message = concat("Change ", commit)}},
                                .changes_omitted = 0};
    std::vector<EventBody> bodies{
        ExecutionStarted{.branch = branch,
                         .reason = Reason::change,
                         .repositories = {repository},
                         .facts = {{"system", "Debian 12"}}},
        TaskStarted{.task = 1, .name = "Test", .kind = TaskKind::test, .mandatory = true},
        CommandStarted{1, 1, "make test"},
        CommandEnded{.task = 1,
                     .command = 1,
                     .ending = CommandEnding::exited,
                     .status = fails ? 2 : 0,
                     .success = !fails,
                     .duration = 5,
                     .output_bytes = 0,
                     .omitted_bytes = 0},
        TaskEnded{1, fails ? TaskOutcome::failed : TaskOutcome::passed, 6},
        ExecutionEnded{fails ? ended : Outcome::passed, 7, {}}};
    bodies.insert(bodies.begin() + 3, results.begin(), results.end());
    std::vector<Event> events;
    for (EventBody& body : bodies) events.push_back({events.size() + 1, 0, std::move(body)});
    ExecutionKey id = execution_key(by.value_or(client), concat("20261121-", 100000 + commit, "-aaaaaa"));
    farm.append(id, lines(events));
    return id;
  }
  // What an execution's end makes due.
  std::vector<Page> due(const ExecutionKey& id) {
    farm.settle();
    Index index = farm.index();
    return must(pages_of(index, {.kind = DueKind::execution,
                                 .project = "p",
                                 .client = id.owner.client.text(),
                                 .execution = id.execution.text()}));
  }
  static std::set<std::string> failures(const std::vector<Page>& pages) {
    std::set<std::string> names;
    for (const Page& page : pages)
      if (page.kind == PageKind::failure) names.insert(page.name);
    return names;
  }
};

}  // namespace analysis_failure_news

BOOST_FIXTURE_TEST_SUITE(analysis_failure_news, analysis_failure_news::NewsFixture)

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

// However many different ones there were: each page says in the end that it is mended.
BOOST_AUTO_TEST_CASE(what_passes_ends_all_of_them) {
  run(1, 0);
  for (const char* word : {"apple", "pear", "plum", "fig", "quince"}) {
    message = concat("error: no ", word);
    due(run(1, 20));
  }
  message.clear();
  for (int i = 0; i < 100; ++i) run(1, 20);  // more rows than a failed one looks at in passing
  BOOST_TEST(failures(due(run(1, 0))).size() == 120U);
}

// A failed one ends those of its tests that it does not have, whatever they said.
BOOST_AUTO_TEST_CASE(what_fails_less_ends_the_others) {
  tick();
  run(1, 0);
  for (const char* word : {"apple", "pear", "plum"}) {
    message = concat("error: no ", word);
    run(1, 12);
    tick();
  }
  const auto pages = due(run(12, 12));
  BOOST_TEST(failures(pages).size() >= 33U);
  tick();
  BOOST_TEST(failures(due(run(12, 12))).size() == 1U);
  tick();
  const auto by_ticks = contents_of(farm.site());
  BOOST_CHECK(by_ticks == made_anew());
}

// What an execution showed it showed, though there are more tests today.
BOOST_AUTO_TEST_CASE(more_tests_later_do_not_unmend) {
  tick();
  run(1, 0);
  tick();
  run(1, 8);
  tick();
  run(2, 8);
  tick();
  tests = 30;
  for (int i = 0; i < 6; ++i) {
    run(1, 8);
    tick();
  }
  Index index = farm.index();
  std::set<std::string> beginnings;
  for (const std::string& fingerprint : must(Failures(index).fingerprints(client, "main", 0, always, 8)))
    beginnings.insert(
        must(Storyteller(index).client_history(client, "main", fingerprint, always))->first.execution.text());
  BOOST_TEST(beginnings.size() == 2U);
  const auto by_ticks = contents_of(farm.site());
  BOOST_CHECK(by_ticks == made_anew());
}

// Another client's many tests do not unmend it here.
BOOST_AUTO_TEST_CASE(each_client_has_tests_of_its_own) {
  tick();
  const ClientKey other = farm.client("other");
  const auto on = [&](const std::optional<ClientKey>& who, std::size_t first, std::size_t last) {
    by = who;
    run(first, last);
    tick();
  };
  on({}, 1, 0);
  on(other, 1, 0);
  on({}, 1, 8);
  on(other, 1, 8);
  on({}, 2, 8);
  tests = 30;
  for (int i = 0; i < 4; ++i) on(other, 1, 8);
  Index index = farm.index();
  std::size_t mended = 0;
  for (const std::string& fingerprint : must(Failures(index).fingerprints(client, "main", 0, always, 8)))
    mended += must(Storyteller(index).client_history(client, "main", fingerprint, always))->open() ? 0U : 1U;
  BOOST_TEST(mended == 1U);
  const auto by_ticks = contents_of(farm.site());
  BOOST_CHECK(by_ticks == made_anew());
}

// Each page is as of its own last news, whether it was made then or later.
BOOST_AUTO_TEST_CASE(ticks_tell_what_a_walk_tells) {
  tick();
  for (const auto& [first, last] : {std::pair{1, 0},
                                    {1, 10},
                                    {1, 10},
                                    {1, 11},
                                    {3, 11},
                                    {3, 11},
                                    {2, 11},
                                    {1, 0},
                                    {1, 10},
                                    {1, 10},
                                    {1, 10}}) {
    run(static_cast<std::size_t>(first), static_cast<std::size_t>(last));
    tick();
  }
  const auto by_ticks = contents_of(farm.site());
  BOOST_TEST(std::count_if(by_ticks.begin(), by_ticks.end(), [](const auto& file) {
               return file.first.starts_with("p/failure/") && file.first.ends_with(".html");
             }) == 11);
  BOOST_CHECK(by_ticks == made_anew());
}

// An execution that was aborted says nothing of its tests.
BOOST_AUTO_TEST_CASE(trouble_does_not_turn_a_test) {
  tick();
  run(1, 0);
  run(1, 2);
  ended = Outcome::trouble;
  run(1, 2);
  tick();
  const std::string path = concat("p/c/test/main/", to_hex(sha256("test-1001")).substr(0, 20), ".html");
  BOOST_TEST(has(page(path), "fails on"));
  ended = Outcome::failed;
  run(1, 2);
  tick();
  BOOST_TEST(has(page(path), "fails on"));
  run(2, 2);
  tick();
  BOOST_TEST(has(page(path), "passes on"));
  const auto by_ticks = contents_of(farm.site());
  BOOST_CHECK(by_ticks == made_anew());
}

// Parts of a list are no other branch's list, and go when they are no more.
BOOST_AUTO_TEST_CASE(parts_of_test_lists_are_their_own) {
  branch = "release-1.2";
  run(1, 1);
  branch = "release-1";
  tests = 1100;
  run(1, 1);
  tick();
  for (const char* file : {"release-1.html", "release-1~2.html", "release-1~3.html", "release-1.2.html"})
    BOOST_TEST(file_exists(farm.site() / "p/c/tests" / file), file);
  tests = 25;
  run(1, 1);
  tick();
  const auto by_ticks = contents_of(farm.site());
  BOOST_TEST(!by_ticks.contains("p/c/tests/release-1~2.html"));
  BOOST_TEST(!by_ticks.contains("p/c/tests/release-1~3.html"));
  BOOST_TEST(has(by_ticks.at("p/c/tests/release-1.2.html"), "release-1.2"));
  BOOST_CHECK(by_ticks == made_anew());
}

// Of very many failing tests not all are remembered: those have no page, and nothing links to one.
BOOST_AUTO_TEST_CASE(very_many_failing_tests) {
  tests = 450;
  run(1, 0);
  run(1, 430);
  tick();
  const auto files = contents_of(farm.site());
  const std::string& list = files.at("p/c/tests/main.html");
  BOOST_TEST(has(list, "200 new"));
  BOOST_TEST(has(list, "230 failing besides"));
  std::size_t links = 0;
  const std::string mark = "href=\"../test/main/";
  for (auto at = list.find(mark); at != std::string::npos; at = list.find(mark, at + 1)) {
    ++links;
    const auto from = at + mark.size();
    BOOST_TEST(files.contains("p/c/test/main/" + list.substr(from, list.find('"', from) - from)));
  }
  BOOST_TEST(links >= 200U);
}

BOOST_AUTO_TEST_SUITE_END()
