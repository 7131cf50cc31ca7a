#include "generator/html/plot.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "generator/html/escape.hpp"
#include "generator/html/render.hpp"

namespace testfarm {
namespace {

// One decimal, never locale's.
std::string coordinate(double value) {
  const auto tenths = static_cast<std::int64_t>(std::lround(value * 10));
  return concat(tenths / 10, tenths % 10 == 0 ? "" : concat('.', std::abs(tenths % 10)));
}

// Width of a text in 11 px Verdana or what stands in for it, by classes of letters: badges have no layout
// engine.
double text_width(std::string_view text) {
  double width = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80) continue;  // goes on a character
    if (std::string_view("ijl.,:;'|! ").find(c) != std::string_view::npos)
      width += 4;
    else if (std::string_view("mwMW%").find(c) != std::string_view::npos)
      width += 10.5;
    else
      width += byte >= 'A' && byte <= 'Z' ? 7.8 : 6.9;
  }
  return width;
}

std::string_view colour_of(std::string_view state) {
  if (state == "pass") return "#0b6e5a";
  if (state == "fail") return "#b5301a";
  return state == "trouble" ? "#835a00" : "#60686e";
}

}  // namespace

std::string plot_svg(const std::vector<PlotPoint>& points, int width, int height, std::string_view label) {
  if (points.size() < 2) return {};
  constexpr double margin = 3;
  const auto [least, most] = std::minmax_element(
      points.begin(), points.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
  const double low = least->value;
  const double span = most->value > low ? most->value - low : 1;
  const auto x = [&](std::size_t i) {
    return margin + static_cast<double>(i) * (width - 2 * margin) / static_cast<double>(points.size() - 1);
  };
  const auto y = [&](double value) { return height - margin - (value - low) / span * (height - 2 * margin); };
  std::string line;
  std::string failures;
  for (std::size_t i = 0; i < points.size(); ++i) {
    line += concat(i == 0 ? "" : " ", coordinate(x(i)), ',', coordinate(y(points[i].value)));
    if (points[i].state == 'f' || points[i].state == 'm')
      failures += concat("<circle class=\"p", points[i].state, "\" cx=\"", coordinate(x(i)), "\" cy=\"",
                         coordinate(y(points[i].value)), "\" r=\"2.5\"/>");
  }
  return concat("<svg class=\"spark\" viewBox=\"0 0 ", width, ' ', height, "\" width=\"", width,
                "\" height=\"", height, "\" role=\"img\" aria-label=\"", escaped(label),
                "\"><polyline points=\"", line, "\"/>", failures, "<circle cx=\"",
                coordinate(x(points.size() - 1)), "\" cy=\"", coordinate(y(points.back().value)),
                "\" r=\"2.5\"/></svg>");
}

std::string bars_svg(const std::vector<TimeBar>& bars, Millis from, Millis to, Millis step,
                     std::string_view label) {
  constexpr double width = 320;
  constexpr double thick = 6;
  constexpr double line = 9;
  if (bars.empty() || to <= from) return {};
  const double height = static_cast<double>(bars.size()) * line;
  const auto x = [&](Millis at) {
    return static_cast<double>(std::clamp(at, from, to) - from) * width / static_cast<double>(to - from);
  };
  std::string svg = concat("<svg class=\"bars\" viewBox=\"0 0 ", coordinate(width), ' ', coordinate(height),
                           "\" preserveAspectRatio=\"none\" height=\"", coordinate(height),
                           "\" role=\"img\" aria-label=\"", escaped(label), "\"><path class=\"hair\" d=\"");
  for (Millis at = to - step; at > from; at -= step)
    svg += concat('M', coordinate(x(at)), " 0V", coordinate(height));
  svg += "\"/>";
  double y = (line - thick) / 2;
  for (const TimeBar& bar : bars) {
    // What lasted no longer than a glance is seen all the same.
    const double long_enough = std::max(x(bar.to) - x(bar.from), 3.0);
    svg += concat("<rect class=\"", bar.over ? "over" : "on", "\" x=\"",
                  coordinate(std::min(x(bar.from), width - long_enough)), "\" y=\"", coordinate(y),
                  "\" width=\"", coordinate(long_enough), "\" height=\"", coordinate(thick), "\"><title>",
                  escaped(bar.title), "</title></rect>");
    y += line;
  }
  return svg + "</svg>";
}

std::string badge_svg(std::string_view subject, std::string_view words, std::string_view state) {
  constexpr double pad = 6;
  const double left = std::ceil(text_width(subject) + 2 * pad);
  const double right = std::ceil(text_width(words) + 2 * pad);
  const auto text = [&](double from, double width, std::string_view what) {
    return concat("<text x=\"", coordinate(from + width / 2),
                  "\" y=\"14\" text-anchor=\"middle\" textLength=\"", coordinate(width - 2 * pad), "\">",
                  escaped(what), "</text>");
  };
  const std::string title = concat(escaped(subject), ": ", escaped(words));
  return concat("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", coordinate(left + right),
                "\" height=\"20\" role=\"img\" aria-label=\"", title, "\"><title>", title,
                "</title><clipPath id=\"r\"><rect width=\"", coordinate(left + right),
                "\" height=\"20\" rx=\"3\"/></clipPath><g clip-path=\"url(#r)\"><rect width=\"",
                coordinate(left), "\" height=\"20\" fill=\"#3b444b\"/><rect x=\"", coordinate(left),
                "\" width=\"", coordinate(right), "\" height=\"20\" fill=\"", colour_of(state),
                "\"/></g><g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">",
                text(0, left, subject), text(left, right, words), "</g></svg>\n");
}

}  // namespace testfarm
