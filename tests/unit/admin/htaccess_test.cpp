#include "admin/htaccess.hpp"

#include <sstream>

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(admin_htaccess)

static std::string written_for(const std::string& base_url, Runs how) {
  TemporaryFarm farm(base_url);
  std::ostringstream out;
  must(write_htaccess(farm.layout(), how, out));
  return out.str();
}

BOOST_AUTO_TEST_CASE(it_has_the_path_of_the_farm) {
  BOOST_TEST(rewrite_base_in(written_for("https://ci.example.org", Runs::fcgid)).value() == "/");
  BOOST_TEST(rewrite_base_in(written_for("https://example.org/~me/ci", Runs::cgi)).value() == "/~me/ci/");
}

BOOST_AUTO_TEST_CASE(it_runs_the_endpoint_as_wanted) {
  BOOST_TEST(written_for("https://x.example", Runs::fcgid).find("SetHandler fcgid-script") !=
             std::string::npos);
  BOOST_TEST(written_for("https://x.example", Runs::cgi).find("SetHandler cgi-script") != std::string::npos);
  BOOST_TEST(written_for("https://x.example", Runs::fcgid).find("# CHANGE") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(comments_are_no_directives) {
  BOOST_TEST(!rewrite_base_in("# RewriteBase /x/\nRewriteEngine On\n").has_value());
  BOOST_TEST(rewrite_base_in("RewriteBase /a/\n  RewriteBase  /b/ \n").value() == "/b/");
}

BOOST_AUTO_TEST_SUITE_END()
