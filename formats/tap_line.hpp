// One line of TAP (testanything.org, versions 12 to 14): "not ok 2 - name # TODO why".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schema/event.hpp"

namespace testfarm {

struct TapLine {
  TestOutcome outcome = TestOutcome::passed;  // with the directive heeded
  std::optional<std::uint64_t> number;
  std::string name;       // without escapes, directive and time; may be empty
  std::string directive;  // "SKIP why", "TODO why", or empty
  double seconds = 0;
  bool opens = false;  // its subtests follow in braces
};

// Nothing for another line.
std::optional<TapLine> parse_tap_line(std::string_view line);

struct TapPlan {
  std::uint64_t tests = 0;
  bool skips = false;
  std::string reason;  // of "1..0 # SKIP reason"
};

std::optional<TapPlan> parse_tap_plan(std::string_view line);

}  // namespace testfarm
