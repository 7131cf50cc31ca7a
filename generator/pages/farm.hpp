// The farm's first page: its projects, those first that fail.
#pragma once

#include "base/result.hpp"
#include "generator/pages/context.hpp"

namespace testfarm {

// index.html, farm.json, feed.atom and cctray.xml at the site's top.
Status write_farm(PageContext& context);

}  // namespace testfarm
