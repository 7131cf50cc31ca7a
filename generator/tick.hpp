// One run of the generator: from the markers to the pages. Costs what changed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct TickOptions {
  bool full = false;     // every page, whatever is due
  bool dry_run = false;  // say what would be written; the index is brought up to date all the same
  std::function<void(const std::string&)> say;      // progress and troubles, a line each
  std::function<void(const std::string&)> written;  // a page that changed, or would
};

struct TickReport {
  std::uint64_t markers = 0;
  std::uint64_t pages = 0;    // rendered
  std::uint64_t changed = 0;  // written, or to be written
};

// busy where another tick, rebuild, pack or expire holds the farm. Pages that could not be written stay due.
Result<TickReport> run_tick(const Layout& layout, const Clock& clock, const TickOptions& options);

}  // namespace testfarm
