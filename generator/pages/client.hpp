// A client's page: what it is at, its machine, its last executions, stats and notes.
#pragma once

#include "base/result.hpp"
#include "generator/pages/context.hpp"
#include "schema/ids.hpp"

namespace testfarm {

// P/C/index.html, stats.json and badge.svg.
Status write_client(PageContext& context, const ClientKey& key);

}  // namespace testfarm
