#include "generator/html/plot.hpp"

#include <cmath>
#include <regex>

#include "generator/html/ansi_css.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace generator_html_plot {

// WCAG 2.1, written down here a second time.
double luminance(const std::string& hex) {
  const auto part = [&](std::size_t at) {
    const double c = static_cast<double>(std::stoi(hex.substr(at, 2), nullptr, 16)) / 255;
    return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

double contrast(const std::string& a, const std::string& b) {
  const double x = luminance(a);
  const double y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

}  // namespace generator_html_plot

BOOST_AUTO_TEST_SUITE(generator_html_plot)

BOOST_AUTO_TEST_CASE(a_line_needs_two_points) {
  BOOST_TEST(plot_svg({}, 100, 20, "x").empty());
  BOOST_TEST(plot_svg({{1, 'p'}}, 100, 20, "x").empty());
  const std::string svg = plot_svg({{1, 'p'}, {3, 'f'}, {2, 'p'}}, 100, 20, "size: <now> 2");
  BOOST_TEST(svg.find("points=\"3,17 50,3 97,10\"") != std::string::npos);
  BOOST_TEST(svg.find("class=\"pf\" cx=\"50\"") != std::string::npos);
  BOOST_TEST(svg.find("size: &lt;now&gt; 2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(equal_values_are_a_level_line) {
  BOOST_TEST(plot_svg({{5, 'p'}, {5, 'p'}}, 100, 20, "x").find("points=\"3,17 97,17\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_badge_holds_strangers_words) {
  const std::string badge = badge_svg("<script>", "1 of 2 \"fail\"", "fail");
  BOOST_TEST(badge.find("<script>") == std::string::npos);
  BOOST_TEST(badge.find("&quot;fail&quot;") != std::string::npos);
  BOOST_TEST(badge.starts_with("<svg xmlns"));
}

// Each of the 240 colours can be read on both grounds of output.
BOOST_AUTO_TEST_CASE(all_colours_can_be_read) {
  const std::string css = palette_css();
  const std::regex rule("\\.x\\d+\\{color:light-dark\\((#[0-9a-f]{6}),(#[0-9a-f]{6})\\)\\}");
  std::size_t count = 0;
  for (std::sregex_iterator at(css.begin(), css.end(), rule); at != std::sregex_iterator(); ++at, ++count) {
    BOOST_TEST(contrast((*at)[1], "#f1f3f3") >= 4.5, (*at)[0]);
    BOOST_TEST(contrast((*at)[2], "#1c2226") >= 4.5, (*at)[0]);
  }
  BOOST_TEST(count == 240U);
}

BOOST_AUTO_TEST_SUITE_END()
