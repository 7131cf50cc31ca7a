// The index, after somebody was renamed.
#pragma once

#include "base/result.hpp"
#include "store/index/index.hpp"
#include "store/names.hpp"

namespace testfarm {

// Gives all rows the names of now; whether any had another. Everything is due then. Only the holder of
// generate.lock may.
Result<bool> follow_names(Index& index, const FarmNames& names);

}  // namespace testfarm
