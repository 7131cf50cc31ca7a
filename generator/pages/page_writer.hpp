// From a page that is due to the file in this folder that writes it.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "generator/pages/context.hpp"
#include "generator/plan/page.hpp"

namespace testfarm {

struct Unwritten {
  Page page;
  Error error;
};

// One for each thread. Good for one tick, like its context.
class PageWriter {
 public:
  PageWriter(const Layout& layout, const FarmConfig& farm, Index& index, SiteWriter& site)
      : context_(layout, farm, index, site) {}

  Status write(const Page& page);
  // One step of a walk: the execution's page and those that it closes (plan.hpp).
  void sweep(const ExecutionHeader& execution, Millis older, std::vector<Unwritten>& failures);

 private:
  PageContext context_;
};

}  // namespace testfarm
