// A failure's page: since when, on which clients, which commits may have done it, what it says.
#pragma once

#include <string>

#include "base/result.hpp"
#include "generator/pages/context.hpp"
#include "schema/ids.hpp"

namespace testfarm {

// P/failure/BRANCH/F.html in its parts, and F.json. Both go where nobody meets the failure any more.
Status write_failure(PageContext& context, const ProjectId& project, const std::string& branch,
                     const std::string& fingerprint);

}  // namespace testfarm
