// The index, after somebody was renamed.
#pragma once

#include "base/result.hpp"
#include "store/index/index.hpp"
#include "store/layout.hpp"

namespace testfarm {

// Gives all rows the names of now; everything is due where any had another. Where there are rows by both
// names, their project is read again from the logs. Only the holder of generate.lock may.
Status follow_names(const Layout& layout, Index& index);

}  // namespace testfarm
