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
  // Who names a revision or a task is there, and knows the hour; cron does not.
  if (!options.force && options.revision.empty() && options.tasks.empty()) {
    const Definition& read = session->definition();
    if (std::string why = reason_to_wait(read.schedule, read.sandbox, context.clock); !why.empty()) {
      TRY_SET(RunReport report, report_only(*session));
      report.waits = std::move(why);
      return report;
    }
  }
  return poll_and_run(*session, options);
}

}  // namespace

Result<RunReport> run_once(const ClientContext& context, const RunOptions& options) {
  TRY_SET(const auto definitions, chosen_definitions(context));
  RunReport all;
  for (const Definition& definition : definitions) {
    if (stop_wanted()) break;
    if (definitions.size() > 1) context.console.say("client " + definition.client.client.text());
    TRY_SET(const RunReport report, run_definition(definition, context, options));
    all.executions += report.executions;
    all.worst = std::max(all.worst, report.worst);
    all.reported = all.reported && report.reported;
    if (!report.waits.empty()) all.waits = report.waits;
  }
  return all;
}

}  // namespace testfarm
