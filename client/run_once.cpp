#include "client/run_once.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "client/platform/stop.hpp"
#include "client/session.hpp"

namespace testfarm {
namespace {

Result<RunReport> run_definition(Definition definition, const ClientContext& context,
                                 const RunOptions& options) {
  TRY_SET(const auto session,
          Session::open(std::move(definition), context.clock, context.console, context.connect));
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
  }
  return all;
}

}  // namespace testfarm
