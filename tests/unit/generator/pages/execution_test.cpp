#include "unit/generator/site_fixture.hpp"

using namespace testfarm;

BOOST_FIXTURE_TEST_SUITE(generator_pages_execution, SiteFixture)

// What was mended before it began stands on the page however it ended, and beside the verdict nothing is said
// twice.
BOOST_AUTO_TEST_CASE(a_clone_that_was_mended_is_told) {
  const std::string said = "source: its clone was mended: a lock was left";
  for (const auto& [outcome, reason] :
       {std::pair{Outcome::passed, said}, {Outcome::failed, "Test: 1 of 3 tests failed: a; " + said}}) {
    std::vector<Event> events = small_execution(outcome);
    std::get<ExecutionEnded>(events.back().body).reason = reason;
    farm.append(key, lines(events));
    tick();
    const std::string html = page(concat("p/c/", key.execution.text(), ".html"));
    BOOST_TEST(has(html, concat(">", said, "<")), html);
    BOOST_TEST(!has(html, "1 of 3 tests failed"));
    key = execution_key(client, "20261121-230000-aaaaaa");
  }
}

BOOST_AUTO_TEST_SUITE_END()
