// Which client ran when and what it came to: the newest, by month, by day.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "generator/pages/context.hpp"
#include "schema/ids.hpp"

namespace testfarm {

// P/history.html and history.json: the newest executions.
Status write_history(PageContext& context, const ProjectId& project);
// P/history/2026-11.html; with very many executions, how many of each result.
Status write_month(PageContext& context, const ProjectId& project, Millis month);
// P/history/2026-11-21.html in its parts, and .json. `day`: its midnight.
Status write_day(PageContext& context, const ProjectId& project, Millis day);

}  // namespace testfarm
