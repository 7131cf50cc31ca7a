// Every open failure of a project, and below those that are gone of late, a row each with its bars in time.
#pragma once

#include "base/result.hpp"
#include "generator/pages/context.hpp"
#include "schema/ids.hpp"

namespace testfarm {

// P/failures.html.
Status write_failures(PageContext& context, const ProjectId& project);

}  // namespace testfarm
