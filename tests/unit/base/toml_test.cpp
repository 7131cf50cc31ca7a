#include "base/toml.hpp"

#include "support/basics.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(base_toml)

BOOST_AUTO_TEST_CASE(a_syntax_error_names_file_line_and_column) {
  const auto result = toml_file::parse("a = 1\nb = = 2\n", "x.toml");
  BOOST_REQUIRE(!result.has_value());
  BOOST_TEST(result.error().context.starts_with("x.toml:2:"), result.error().context);
}

BOOST_AUTO_TEST_CASE(the_reader_finds_all_mistakes_at_once) {
  const auto root = must(toml_file::parse("name = 5\nwait = \"soon\"\ncount = 99\nextra = 1\n", "x.toml"));
  std::vector<std::string> problems;
  toml_file::Reader reader(root, "x.toml", problems);
  reader.text("name");
  reader.required_text("title");
  BOOST_TEST(reader.duration("wait", 7) == 7);
  BOOST_TEST(reader.integer("count", 3, 1, 10) == 3);
  reader.done();
  BOOST_TEST(problems.size() == 5U);
  BOOST_TEST(problems[0].starts_with("x.toml:1:8: name"), problems[0]);
  BOOST_TEST(problems[4].find("'extra'") != std::string::npos, problems[4]);
}

BOOST_AUTO_TEST_CASE(reads_what_is_right) {
  const auto root =
      must(toml_file::parse("wait = \"1h\"\nlist = [\"a\", \"b\"]\n[[t]]\nx = true\n[[t]]\n", "x.toml"));
  std::vector<std::string> problems;
  toml_file::Reader reader(root, "x.toml", problems);
  BOOST_TEST(reader.duration("wait", 7) == 3600);
  BOOST_TEST(reader.texts("list").size() == 2U);
  BOOST_TEST(reader.tables("t").size() == 2U);
  reader.done();
  BOOST_TEST(problems.empty());
}

BOOST_AUTO_TEST_SUITE_END()
