#include "generator/html/output_html.hpp"

#include "generator/html/escape.hpp"

#include "base/utf8.hpp"
#include "generator/html/render.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace generator_html_output_html {
// The line's own HTML, without its frame.
std::string line_html(const std::string& text) {
  const std::string html = output_html(text, "l", {}).html;
  const auto start = html.find("</a>") + 4;
  return html.substr(start, html.find("\n</span>") - start);
}
}  // namespace generator_html_output_html

BOOST_AUTO_TEST_SUITE(generator_html_output_html)

BOOST_AUTO_TEST_CASE(colours_become_classes) {
  BOOST_TEST(line_html("\x1b[31mred\x1b[0m plain") == "<b class=\"a1\">red</b> plain");
  BOOST_TEST(line_html("\x1b[1;32mok\x1b[m") == "<b class=\"ab a2\">ok</b>");
  BOOST_TEST(line_html("\x1b[90mdim\x1b[39m x") == "<b class=\"a8\">dim</b> x");
  BOOST_TEST(line_html("\x1b[38;5;196mx\x1b[48;2;1;2;3my") == "<b class=\"x196\">x</b><b class=\"q0\">y</b>");
  BOOST_TEST(line_html("\x1b[38;2;255;0;0mx\x1b[m \x1b[38:5:9mz") ==
             "<b class=\"x196\">x</b> <b class=\"a1\">z</b>");
  BOOST_TEST(line_html("\x1b[3;4mx\x1b[23;24my") == "<b class=\"ai au\">x</b>y");
  BOOST_TEST(line_html("\x1b[7mx\x1b[27;31;44my") == "<b class=\"q0\">x</b><b class=\"q4\">y</b>");
}

// Whatever stands around them.
BOOST_AUTO_TEST_CASE(characters_stay_whole) {
  BOOST_TEST(plain_output("a\x1b”b\n") == "a”b\n");
  BOOST_TEST(plain_output("\x1b\xC2\x9b"
                          "31m”\n") == "”\n");
  const std::string cut =
      output_html(std::string(most_line_bytes - 9, 'x') + " error: ”\n", "l", {.most = 9, .from_error = true})
          .first_error;
  BOOST_TEST(is_utf8(cut));
}

BOOST_AUTO_TEST_CASE(nothing_else_of_a_terminal_survives) {
  BOOST_TEST(line_html("a\x1b[2Kb\x1b[10;5Hc") == "abc");
  BOOST_TEST(line_html("a\x1b]0;title\x07"
                       "b\x1b]8;;http://x\x1b\\c") == "abc");
  BOOST_TEST(line_html("a\x1bPq\x1b\\b\x1b") == "ab");
  BOOST_TEST(line_html("10%\r50%\r100%\r") == "100%");
  BOOST_TEST(line_html("\x1b[32m10%\r50%") == "<b class=\"a2\">50%</b>");
  BOOST_TEST(line_html("a\xC2\x9b"
                       "31mb\xC2\x9d"
                       "0;t\xC2\x9c"
                       "c\xC2\x85"
                       "d") == "a<b class=\"a1\">b</b><b class=\"a1\">c</b><b class=\"a1\">d</b>");
  BOOST_TEST(line_html(std::string("a\0b\x08"
                                   "c\x7f",
                                   6)) == "abc");
}

BOOST_AUTO_TEST_CASE(text_cannot_become_markup) {
  BOOST_TEST(line_html("<script>alert('1')</script> & \"x\"") ==
             "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;");
  BOOST_TEST(line_html("\x1b[31m<b>\x1b[0m") == "<b class=\"a1\">&lt;b&gt;</b>");
  BOOST_TEST(escaped("a\x01\n\t") == "a\xEF\xBF\xBD\n\t");
  BOOST_TEST(escaped("a\xE2\x80\xAE"
                     "b\xE2\x81\xA6"
                     "c\xE2\x80\x94") ==
             "a\xEF\xBF\xBD"
             "b\xEF\xBF\xBD"
             "c\xE2\x80\x94");
}

BOOST_AUTO_TEST_CASE(long_output_shows_its_end_and_its_first_error) {
  std::string text;
  for (int i = 1; i <= 500; ++i) text += i == 250 ? "x.c:1: error: no\n" : concat("line ", i, '\n');
  const OutputHtml passed = output_html(text, "l", {.most = 60, .from_error = false});
  BOOST_TEST(passed.lines == 500U);
  BOOST_TEST(passed.shown_from == 441U);
  const OutputHtml failed = output_html(text, "l", {.most = 100, .from_error = true});
  BOOST_TEST(failed.first_error_line == 250U);
  BOOST_TEST(failed.first_error == "x.c:1: error: no");
  BOOST_TEST(failed.shown_from == 240U);
  BOOST_TEST(failed.html.find("id=\"l250\" class=\"err\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_line_that_says_what_comes_before_one_that_says_that) {
  BOOST_TEST(output_html("FAILED: x.o\nx.c:1: error: no\n", "l", {100, true}).first_error_line == 2U);
  BOOST_TEST(output_html("ok\nTest #7: Locale ***Failed\n", "l", {100, true}).first_error_line == 2U);
  BOOST_TEST(output_html("all is well\n", "l", {100, true}).first_error_line == 0U);
}

BOOST_AUTO_TEST_CASE(plain_text_is_the_same_without_colours) {
  BOOST_TEST(plain_output("\x1b[31mred\x1b[0m\r\n50%\r100%\n") == "red\n100%\n");
  BOOST_TEST(plain_output("").empty());
}

BOOST_AUTO_TEST_CASE(a_quotation_has_no_ids) {
  const OutputHtml output = output_html("a\nb: error: c\nd\n", "t1c1l", {.most = 100, .from_error = true});
  BOOST_TEST(output.quoted_html.find("id=") == std::string::npos);
  BOOST_TEST(output.quoted_html.find("href=\"#t1c1l3\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_error_far_above_what_is_shown_is_quoted_all_the_same) {
  std::string text = "x.c:1: error: no\n";
  for (int i = 0; i < 3000; ++i) text += "more\n";
  const OutputHtml output = output_html(text, "l", {.most = 100, .from_error = true});
  BOOST_TEST(output.shown_from == 2902U);
  BOOST_TEST(output.quoted_html.find("error: no") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(long_lines_are_cut_between_characters) {
  std::string line(most_line_bytes - 1, 'x');
  line += "\xE2\x82\xAC and more";
  const OutputHtml output = output_html(line, "l", {});
  BOOST_TEST(output.cut_lines == 1U);
  BOOST_TEST(output.html.find("x<i>… 12 bytes more</i>") != std::string::npos);
  BOOST_TEST(output_html(std::string(1000000, 'y'), "l", {}).html.size() < 2 * most_line_bytes);
}

BOOST_AUTO_TEST_CASE(a_style_set_in_lines_that_are_not_shown_holds) {
  const OutputHtml output = output_html("\x1b[31mred\nstill\n", "l", {.most = 1, .from_error = false});
  BOOST_TEST(output.html.find("<b class=\"a1\">still</b>") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_window_is_no_larger_than_its_bytes) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += std::string(1000, 'x') + '\n';
  BOOST_TEST(output_html(text, "l", {100, false, 10 * 1024}).shown_from > 40U);
}

BOOST_AUTO_TEST_SUITE_END()
