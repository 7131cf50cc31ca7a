// xterm's 256 colours, made readable on our two grounds.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"
#include "generator/html/ansi_css.hpp"

namespace testfarm {
namespace {

using Colour = std::array<double, 3>;  // red, green, blue from 0 to 1, sRGB

constexpr double contrast_wanted = 4.6;       // a little above WCAG's 4.5: colours are rounded to 8 bits
constexpr Colour light{0.945, 0.953, 0.953};  // --wash of style.css, in both schemes
constexpr Colour dark{0.110, 0.133, 0.149};

// WCAG 2.1, "relative luminance" and "contrast ratio".
double luminance(const Colour& colour) {
  const auto linear = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
  return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
}

double contrast(const Colour& a, const Colour& b) {
  const double x = luminance(a);
  const double y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

// Towards black on the light ground, towards white on the dark one, as little as it takes.
Colour readable(const Colour& colour, const Colour& ground) {
  const double towards = luminance(ground) > 0.5 ? 0.0 : 1.0;
  Colour mixed = colour;
  for (int step = 0; step <= 40 && contrast(mixed, ground) < contrast_wanted; ++step)
    for (std::size_t i = 0; i < 3; ++i) mixed[i] = colour[i] + (towards - colour[i]) * step / 40.0;
  return mixed;
}

Colour xterm(int number) {
  const Rgb colour = palette_colour(number);
  return {colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0};
}

std::string hex(const Colour& colour) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "#";
  for (const double part : colour) {
    const auto value = static_cast<std::size_t>(std::lround(part * 255));
    text += digits[value / 16];
    text += digits[value % 16];
  }
  return text;
}

}  // namespace

std::string palette_css() {
  std::string css = "/* xterm's colours 16 to 255, readable on both grounds */\n";
  for (int i = 16; i < 256; ++i)
    css += concat(".x", i, "{color:light-dark(", hex(readable(xterm(i), light)), ',',
                  hex(readable(xterm(i), dark)), ")}", i % 4 == 3 ? "\n" : "");
  return css;
}

std::string classes_of(const AnsiStyle& style) {
  std::string classes;
  const auto add = [&](const std::string& name) { classes += (classes.empty() ? "" : " ") + name; };
  std::int16_t colour = style.colour;
  std::int16_t ground = style.background;
  if (style.inverse) {
    std::swap(colour, ground);
    if (ground < 0) ground = 0;
  }
  if (style.bold) add("ab");
  if (style.italic) add("ai");
  if (style.underline) add("au");
  if (ground >= 0)
    add(concat('q', ground < 16 ? ground % 8 : nearest_colour(palette_colour(ground), 0, 8)));
  else if (colour == 0 || colour == 8 || (style.faint && colour < 0))
    add("a8");
  else if (colour >= 16)
    add(concat('x', colour));
  else if (colour > 0 && colour % 8 != 7)
    add(concat('a', colour % 8));
  return classes;
}

}  // namespace testfarm
