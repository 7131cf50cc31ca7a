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
  toml_file::Reader reader(root, problems);
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
  toml_file::Reader reader(root, problems);
  BOOST_TEST(reader.duration("wait", 7) == 3600);
  BOOST_TEST(reader.texts("list").size() == 2U);
  BOOST_TEST(reader.tables("t").size() == 2U);
  reader.done();
  BOOST_TEST(problems.empty());
}

BOOST_AUTO_TEST_CASE(one_file_over_another_keeps_the_places_of_both) {
  const auto under = must(toml_file::parse("a = 1\n[t]\nx = 1\ny = [1, 2]\n", "u.toml"));
  const auto over = must(toml_file::parse("\n[t]\ny = [3]\nz = \"new\"\n", "o.toml"));
  const auto merged = toml_file::laid_over(under, over);
  const auto& table = *merged.as_table()->at("t").as_table();
  BOOST_TEST(merged.as_table()->at("a").place() == "u.toml:1:5");
  BOOST_TEST(table.at("x").place() == "u.toml:3:5");
  BOOST_TEST(table.at("y").as_array()->size() == 1U);
  BOOST_TEST(table.at("z").place() == "o.toml:4:5");
}

BOOST_AUTO_TEST_CASE(a_slip_of_the_fingers_is_named) {
  const auto root = must(toml_file::parse("timeuot = 5\n", "x.toml"));
  std::vector<std::string> problems;
  toml_file::Reader reader(root, problems);
  reader.duration("timeout", 1);
  reader.text("run");
  reader.done();
  BOOST_REQUIRE(problems.size() == 1U);
  BOOST_TEST(problems[0].ends_with("did you mean timeout?"), problems[0]);
}

BOOST_AUTO_TEST_CASE(sizes_and_numbers) {
  const auto root = must(toml_file::parse("a = \"2G\"\nb = 7\nc = \"2X\"\nd = 1.5\ne = \"one\"\n", "x.toml"));
  std::vector<std::string> problems;
  toml_file::Reader reader(root, problems);
  BOOST_TEST(reader.size("a", 0) == std::uint64_t{2} << 30);
  BOOST_TEST(reader.size("b", 0) == 7U);
  BOOST_TEST(reader.size("c", 3) == 3U);
  BOOST_TEST(reader.number("d", 0, 0, 2) == 1.5);
  BOOST_TEST(reader.number("e", 0.5, 0, 2) == 0.5);
  BOOST_TEST(reader.text_or_texts("a") == std::vector<std::string>{"2G"});
  BOOST_TEST(problems.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
