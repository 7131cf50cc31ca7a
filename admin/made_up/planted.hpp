// Problems planted into a made-up project, with the truth written beside: what bench/insight holds the pages
// against. Commits break one kind of machine, or all; are mended, and sometimes broken again; two at once;
// some failures come and go by chance; machines have trouble of their own; slow clients skip revisions, and
// everybody now and then tests the same revision again.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct PlantOptions {
  std::uint64_t seed = 1;
  std::size_t problems = 10;
  Millis until = 0;  // when the last execution was; 0 for now
  // The world besides: the story ends in its middle, so that problems are open; machines die, have facts of
  // their own and report late; a stat shifts; branches that only some of them test are broken for good.
  bool world = false;
};

// Makes the project with its clients and executions, and FARM/planted-PROJECT.json with the truth.
Status plant(const Layout& layout, const ProjectId& project, const PlantOptions& options, const Clock& clock,
             std::ostream& out);

}  // namespace testfarm
