// Every open failure of a project, a row each.
#pragma once

#include "base/result.hpp"
#include "generator/pages/context.hpp"
#include "schema/ids.hpp"

namespace testfarm {

// P/failures.html.
Status write_failures(PageContext& context, const ProjectId& project);

}  // namespace testfarm
