// What changes when a client or a branch is retired, is taken back, or comes back by itself.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "generator/plan/page.hpp"
#include "store/index/index.hpp"

namespace testfarm {

// Of everything that was ever retired in a project.
Status add_retired_pages(Index& index, const ProjectId& project, std::vector<Page>& pages);
// Where an execution brings its client or branch back.
Status add_returned_pages(Index& index, const ExecutionHeader& execution, std::vector<Page>& pages);

}  // namespace testfarm
