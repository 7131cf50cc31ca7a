#include "generator/site/paths.hpp"

#include "support/support.hpp"

using namespace testfarm;

namespace generator_site_paths {

const ClientId client = *ClientId::parse("c");

}  // namespace generator_site_paths

BOOST_AUTO_TEST_SUITE(generator_site_paths)

BOOST_AUTO_TEST_CASE(a_link_is_the_way_up_and_a_place) {
  BOOST_TEST(way_up("index.html") == "");
  BOOST_TEST(way_up(failure_place("main", "f00")) == "../../");
  BOOST_TEST(way_up(test_place(client, "main", "t")) == "../../../");
  BOOST_TEST(in_project(*ProjectId::parse("p"), client_place(client)) == "p/c/index.html");
}

BOOST_AUTO_TEST_CASE(parts_have_names_of_their_own) {
  BOOST_TEST(failure_place("main", "f00", 1) == "failure/main/f00.html");
  BOOST_TEST(failure_place("main", "f00", 2) == "failure/main/f00.2.html");
  BOOST_TEST(day_place(0, 3) == "history/1970-01-01.3.html");
  BOOST_TEST(tests_place(client, "main", 1) == "c/tests/main.html");
  BOOST_TEST(tests_place(client, "main", 2) == "c/tests/main~2.html");
}

BOOST_AUTO_TEST_CASE(whatever_a_branch_is_called_names_a_file) {
  for (const std::string& branch : std::vector<std::string>{"../../etc", "", "a/b", ".hidden", "UPPER", "ä",
                                                            "x.html", std::string(300, 'x')}) {
    const std::string place = tests_place(client, branch, 1);
    BOOST_TEST(place.starts_with("c/tests/b-"), place);
    BOOST_TEST(std::count(place.begin(), place.end(), '/') == 2);
    BOOST_TEST(place.size() < 100U);
  }
  BOOST_TEST(test_place(client, "main", "a/b") != test_place(client, "main", "a b"));
}

BOOST_AUTO_TEST_CASE(a_commit_stays_on_its_months_page) {
  Commit commit;
  commit.revision = "4f2c1e9";
  commit.listed_at = from_civil(2026, 11, 21);
  BOOST_TEST(commit_place("main", commit) == concat("commits/main/2026-11.html#", commit_anchor("4f2c1e9")));
  BOOST_TEST(commit_place("main", "4f2c1e9") == concat("commits/main.html#", commit_anchor("4f2c1e9")));
}

BOOST_AUTO_TEST_CASE(revisions_that_may_name_a_file) {
  for (const char* revision : {"4f2c1e9", "r12", "12"}) BOOST_TEST(names_a_file(revision), revision);
  for (const char* revision : {"", "r", "../x", "HEAD", "4F"}) BOOST_TEST(!names_a_file(revision), revision);
}

BOOST_AUTO_TEST_SUITE_END()
