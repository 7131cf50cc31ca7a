// Numbers as small pictures (SVG 1.1): for readers without scripts, and where a glance is enough. Made of
// numbers alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/project_state.hpp"

namespace testfarm {

// A line through the values, oldest first, the last point marked. Needs two points; else empty. `label` is
// read aloud.
std::string plot_svg(const std::vector<PlotPoint>& points, int width, int height, std::string_view label);

// One stretch of time: a line of a picture.
struct TimeBar {
  Millis from = 0, to = 0;
  bool over = false;  // it ended there; else it goes on
  std::string title;  // shown when pointed at
};
// Stretches on one time axis from `from` to `to`, one below the other, with a hair line at each `step`.
// `label` is read aloud. Empty where there is nothing to draw.
std::string bars_svg(const std::vector<TimeBar>& bars, Millis from, Millis to, Millis step,
                     std::string_view label);

// "tests | 2 of 7 clients fail": a badge for a README. `state`: "pass", "fail", "trouble" or "none".
std::string badge_svg(std::string_view subject, std::string_view words, std::string_view state);

}  // namespace testfarm
