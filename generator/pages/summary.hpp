// A project's first page: what fails, since when, on which clients, and what each client is at.
#pragma once

#include "base/result.hpp"
#include "generator/pages/context.hpp"
#include "schema/ids.hpp"

namespace testfarm {

// P/index.html, summary.json, feed.atom, cctray.xml and badge.svg.
Status write_summary(PageContext& context, const ProjectId& project);

}  // namespace testfarm
