// Who is in a farm, by its directories.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

// All clients of all projects, in the order of their names; directories of other names are no clients.
Result<std::vector<ClientKey>> all_clients(const Layout& layout);

}  // namespace testfarm
