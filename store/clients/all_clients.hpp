// Who is in a farm, by its directories.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

// By the names that they have now, in the order of these. Directories of other names are no projects or
// clients.
Result<std::vector<ProjectId>> all_projects(const Layout& layout);
Result<std::vector<ClientKey>> clients_of(const Layout& layout, const ProjectId& project);
Result<std::vector<ClientKey>> all_clients(const Layout& layout);

}  // namespace testfarm
