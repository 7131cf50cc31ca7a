// `--watch`: ticks as soon as something changed, for hosts where a process may stay. Looks once a second at
// the markers and at the sizes of the logs that they name, which costs what runs, not what exists.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "generator/tick/tick.hpp"

namespace testfarm {

// Until options.stop says so. `ticked` is told of each run that wrote something or failed.
Status watch(const Layout& layout, const Clock& clock, const TickOptions& options,
             const std::function<void(const Result<TickReport>&)>& ticked);

}  // namespace testfarm
