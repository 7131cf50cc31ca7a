// testfarm-admin check: reads all of a farm and says what is not as it should be. Changes nothing.
#pragma once

#include <iosfwd>

#include "base/result.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct CheckReport {
  std::uint64_t clients = 0;
  std::uint64_t logs = 0;
  std::uint64_t events = 0;
  std::uint64_t problems = 0;
};

// One line per finding to `out`, with its remedy.
Result<CheckReport> check_farm(const Layout& layout, std::ostream& out);

}  // namespace testfarm
