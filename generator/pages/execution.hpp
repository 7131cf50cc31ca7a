// An execution's page: what it came to and why, its tasks with their output, whose fault it may be.
#pragma once

#include "base/result.hpp"
#include "generator/pages/context.hpp"
#include "schema/ids.hpp"

namespace testfarm {

// P/C/E.html, E.txt and, where something failed, E.json.
Status write_execution(PageContext& context, const ExecutionKey& key);

}  // namespace testfarm
