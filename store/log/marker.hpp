// Making a marker: FARM/open/P, P,C or P,C,E. Removing them is the tick's alone.
#pragma once

#include "base/result.hpp"
#include "store/layout.hpp"

namespace testfarm {

// True if it was not there. Makes FARM/open where it is missing: a copy of a farm may have left empty
// directories out.
Result<bool> put_marker(const Layout& layout, const Path& marker);

}  // namespace testfarm
