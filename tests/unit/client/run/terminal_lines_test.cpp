#include "client/run/terminal_lines.hpp"

#include "support/support.hpp"

using namespace testfarm;

namespace client_run_terminal_lines {

using Lines = std::vector<std::string>;

// In one piece and byte by byte it is the same.
Lines lines_of(const std::string& text) {
  Lines whole;
  TerminalLines at_once([&](std::string_view line) { whole.emplace_back(line); });
  at_once.feed(text);
  at_once.finish();
  Lines pieces;
  TerminalLines by_bytes([&](std::string_view line) { pieces.emplace_back(line); });
  for (const char byte : text) by_bytes.feed({&byte, 1});
  by_bytes.finish();
  BOOST_TEST(whole == pieces, boost::test_tools::per_element());
  return whole;
}

void check(const std::string& text, const Lines& expected) {
  BOOST_TEST_CONTEXT(in_quotes(text))
  BOOST_TEST(lines_of(text) == expected, boost::test_tools::per_element());
}

}  // namespace client_run_terminal_lines

BOOST_AUTO_TEST_SUITE(client_run_terminal_lines)

BOOST_AUTO_TEST_CASE(lines_and_their_ends) {
  check("", {});
  check("a\n\nb", {"a", "", "b"});
  check("a\r\nb\r\r\n", {"a", "b"});
  check("\n", {""});
}

BOOST_AUTO_TEST_CASE(what_a_carriage_return_goes_over_is_gone) {
  check("10 %\r20 %\r100 %\n", {"100 %"});
  check("not ok 1 - a\rok 1 - a    \n", {"ok 1 - a    "});
  // What is shorter hides a part only: both are told.
  check("downloading a long name\rok 1 - a\n", {"downloading a long name", "ok 1 - a"});
  check("downloading a long name\r\x1b[Kok 1 - a\n", {"ok 1 - a"});
  check("half\x1b[2K\rok 1\n", {"ok 1"});
  check("spin |\b/\b-\bdone\n", {"spin done"});
  check("wide \u00e9\bx\n", {"wide x"});
}

BOOST_AUTO_TEST_CASE(colours_links_and_titles_are_not_text) {
  check("\x1b[1;31mred\x1b[0m and \x1b[38;2;1;2;3mmore\x1b[m\n", {"red and more"});
  check("ok 1 - \x1b]8;;file:///x\x1b\\linked name\x1b]8;;\x1b\\\n", {"ok 1 - linked name"});
  check("ok 1 - \x1b]8;;https://x/\alinked\x1b]8;;\a\n", {"ok 1 - linked"});
  check("\x1b]0;title\aok 1\n", {"ok 1"});
  check("\x1b(Bplain\x1b)0\n", {"plain"});
  check("bell\a\n", {"bell"});
}

BOOST_AUTO_TEST_CASE(sequences_without_an_end_swallow_their_line_only) {
  check("a\x1b[31\nb\n", {"a", "b"});
  check("a\x1b]8;;never ends\nb\n", {"a", "b"});
  check("a\x1b\nb\x1b", {"a", "b"});
}

BOOST_AUTO_TEST_CASE(of_a_huge_line_the_beginning_is_kept) {
  const auto lines = lines_of(std::string(1'000'000, 'x') + "\nb\n");
  BOOST_REQUIRE(lines.size() == 2U);
  BOOST_TEST(lines[0].size() == 64U * 1024);
  // Progress of any length ends where it ends.
  std::string progress;
  for (int i = 0; i < 100'000; ++i) progress += "10 %\r";
  check(progress + "ok 1\n", {"ok 1"});
}

BOOST_AUTO_TEST_SUITE_END()
