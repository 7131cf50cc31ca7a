// One run of the generator: from the markers to the pages. Costs what changed.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "generator/tick/tick_options.hpp"
#include "store/layout.hpp"

namespace testfarm {

// busy where another tick, rebuild, pack or expire holds the farm. Pages that could not be written stay due.
Result<TickReport> run_tick(const Layout& layout, const Clock& clock, const TickOptions& options);

}  // namespace testfarm
