// Whether a branch may be released: of each platform whether its newest commit passed there, failed, was not
// tested yet, or never anything was; and which platforms one volunteer carries alone.
#pragma once

#include "base/result.hpp"
#include "generator/pages/context.hpp"
#include "schema/ids.hpp"

namespace testfarm {

// P/readiness.html.
Status write_readiness(PageContext& context, const ProjectId& project);

}  // namespace testfarm
