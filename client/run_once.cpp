#include "client/run_once.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "client/platform/stop.hpp"
#include "client/reason_to_wait.hpp"
#include "client/session.hpp"

namespace testfarm {
namespace {

Result<RunReport> run_definition(Definition definition, const ClientContext& context,
                                 const RunOptions& options) {
  TRY_SET(const auto session,
          Session::open(std::move(definition), context.clock, context.console, context.connect));
  if (session->paused()) {
    TRY_SET(RunReport report, report_only(*session));
    report.waits = "paused; `testfarm resume` ends it";
    return report;
  }
  // Who names a revision or a task is there, and knows the hour; cron does not.
  if (!options.force && options.revision.empty() && options.tasks.empty()) {
    const Definition& read = session->definition();
    if (std::string why = reason_to_wait(read.schedule, read.sandbox, context.clock); !why.empty()) {
      TRY_SET(RunReport report, report_only(*session));
      report.waits = std::move(why) + "; --force runs all the same";
      return report;
    }
  }
  return poll_and_run(*session, options);
}

}  // namespace

Result<RunReport> run_each(const ClientContext& context, const std::vector<Definition>& definitions,
                           const std::function<Result<RunReport>(const Definition&)>& run) {
  RunReport all;
  for (const Definition& definition : definitions) {
    if (stop_wanted()) break;
    context.console.speaks_for(called_among(definitions, definition));
    auto report = run(definition);
    if (definitions.size() == 1) return report;
    if (!report) {
      context.console.say(report.error().context);
      all.worst = std::max(all.worst, Outcome::trouble);
      continue;
    }
    if (!report->waits.empty()) context.console.remark("waits: " + report->waits);
    all.executions += report->executions;
    all.worst = std::max(all.worst, report->worst);
    all.reported = all.reported && report->reported;
  }
  context.console.speaks_for({});
  return all;
}

Result<RunReport> run_once(const ClientContext& context, const RunOptions& options) {
  TRY_SET(const auto definitions, chosen_definitions(context));
  return run_each(context, definitions,
                  [&](const Definition& definition) { return run_definition(definition, context, options); });
}

}  // namespace testfarm
