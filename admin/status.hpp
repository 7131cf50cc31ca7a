// testfarm-admin status: how a farm is doing, without root and without a monitor: what came in, who reports,
// how far the index is behind, what was refused and why. Costs as much as is running, not as much as there
// is.
#pragma once

#include <iosfwd>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/layout.hpp"

namespace testfarm {

// `sizes`: also what logs and pages take up on the disk, which means to walk through all of them.
Status tell_farm_status(const Layout& layout, const Clock& clock, bool sizes, std::ostream& out);

}  // namespace testfarm
