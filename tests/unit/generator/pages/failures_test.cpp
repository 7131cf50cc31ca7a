#include "generator/pages/failures.hpp"

#include "unit/generator/site_fixture.hpp"

using namespace testfarm;

BOOST_FIXTURE_TEST_SUITE(generator_pages_failures, SiteFixture)

BOOST_AUTO_TEST_CASE(nothing_is_open_where_everything_passes) {
  farm.append(key, lines(small_execution()));
  tick();
  BOOST_TEST(has(page("p/failures.html"), "No failure is open."));
}

BOOST_AUTO_TEST_CASE(a_row_leads_to_the_failure_its_client_and_its_beginning) {
  farm.append(key, lines(small_execution(Outcome::failed)));
  tick();
  const std::string html = page("p/failures.html");
  BOOST_TEST(has(html, "1 failure is open."), html);
  BOOST_TEST(has(html, "href=\"failure/main/"), html);
  BOOST_TEST(has(html, "href=\"c/index.html\""), html);
  BOOST_TEST(has(html, "<rect class=\"on\""), html);
  BOOST_TEST(!has(html, "<h2>Gone</h2>"), html);
  BOOST_TEST(has(html, concat("href=\"c/", key.execution.text(), ".html\"")), html);
}

BOOST_AUTO_TEST_CASE(it_goes_with_the_pass_that_ends_the_failure) {
  farm.append(key, lines(small_execution(Outcome::failed)));
  tick();
  farm.clock().pass(hour_ms);
  farm.append(execution_key(client, "20261121-230000-aaaaaa"), lines(small_execution()));
  tick();
  BOOST_TEST(written.contains("p/failures.html"));
  const std::string html = page("p/failures.html");
  BOOST_TEST(has(html, "No failure is open."));
  BOOST_TEST(has(html, "<h2>Gone</h2>"), html);
  BOOST_TEST(has(html, "<rect class=\"over\""), html);
}

BOOST_AUTO_TEST_SUITE_END()
