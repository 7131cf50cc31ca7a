// What is due where a project's file, or what it counts, has changed.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "generator/plan/page.hpp"
#include "store/index/due.hpp"
#include "store/index/index.hpp"

namespace testfarm {

// Nothing of a project that was removed: it has no pages.
Status add_project_pages(Index& index, const Due& change, std::vector<Page>& pages);

}  // namespace testfarm
