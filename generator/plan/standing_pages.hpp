// Pages that no execution closes.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "generator/plan/page.hpp"

namespace testfarm {

// Clients, histories, matrices, searches, projects, the farm.
Result<std::vector<Page>> standing_pages(Index& index);

}  // namespace testfarm
