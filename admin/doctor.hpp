// testfarm-admin doctor: whether this host is one that a farm can live on, as far as that can be seen without
// root. Tries things out in the farm's directory and leaves nothing there.
#pragma once

#include <iosfwd>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct Diagnosis {
  std::uint64_t good = 0, doubtful = 0, bad = 0;
};

// A line for each thing looked at, with the remedy where it is not good.
Result<Diagnosis> examine_host(const Layout& layout, const Clock& clock, std::ostream& out);

}  // namespace testfarm
