#include "admin/made_up/simulate_command.hpp"

#include <algorithm>
#include <iostream>

#include "admin/made_up/planted.hpp"
#include "admin/made_up/simulate.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

Result<Millis> time_ago(const std::string& text) {
  if (text.empty()) return 0;
  const auto seconds = to_seconds(text);
  if (!seconds)
    return fail(ErrorKind::bad_input, concat("--until-ago ", text, " is no duration; say 30d or 12h"));
  return system_clock().now() - *seconds * second_ms;
}

Status run_simulate(const SimulateWords& words) {
  for (const std::int64_t count :
       {words.clients, words.executions, words.tasks, words.commands, words.commits, words.running + 1})
    if (count < 1 || count > 10'000'000) return fail(ErrorKind::bad_input, "counts are from 1 to 10,000,000");
  const auto every = to_seconds(words.every);
  if (!every || *every < 1) return fail(ErrorKind::bad_input, "--every must be a duration such as 4h");
  TRY_SET(const ProjectId id, ProjectId::parse(words.project));
  SimulateOptions options;
  options.shape = {.seed = static_cast<std::uint64_t>(words.seed),
                   .tasks = static_cast<std::uint64_t>(words.tasks),
                   .commands = static_cast<std::uint64_t>(words.commands),
                   .output_bytes = static_cast<std::uint64_t>(std::min<std::int64_t>(words.output, 15000)),
                   .tests = 40};
  options.clients = static_cast<std::uint64_t>(words.clients);
  options.executions = static_cast<std::uint64_t>(words.executions);
  options.client = words.client;
  options.every = *every * second_ms;
  options.commits = static_cast<std::size_t>(words.commits);
  options.running = static_cast<std::uint64_t>(words.running);
  options.only_summaries = words.only_summaries;
  TRY_SET(options.until, time_ago(words.until));
  if (words.problems > 0)
    return plant(Layout(words.farm), id,
                 {.seed = static_cast<std::uint64_t>(words.seed),
                  .problems = static_cast<std::size_t>(words.problems),
                  .until = options.until,
                  .world = words.world},
                 system_clock(), std::cout);
  return simulate(Layout(words.farm), id, options, system_clock(), std::cout);
}

}  // namespace

void define_simulate(Options& top, SimulateWords& words, const std::function<Exit(const Status&)>& finish) {
  top.command("simulate", "Fill a project with made-up executions",
              [&words, finish] { return finish(run_simulate(words)); })
      .required("farm", words.farm, "The farm's directory")
      .required("project", words.project, "The project; made where it is missing")
      .option("--clients", words.clients, "How many clients")
      .option("--client", words.client, "One client of this name instead")
      .option("--executions", words.executions, "Executions of each client")
      .option("--tasks", words.tasks, "Tasks of each execution")
      .option("--commands", words.commands, "Commands of each task")
      .option("--output", words.output, "Bytes of output of each command, about")
      .option("--commits", words.commits, "Commits of the made-up history")
      .option("--every", words.every, "Time between two executions of a client")
      .option("--until-ago", words.until, "How long ago the last one was (default: now)")
      .option("--running", words.running, "So many clients are still at their newest execution")
      .option("--plant", words.problems,
              "Plant so many problems instead, with the truth beside, for bench/insight")
      .flag("--world", words.world, "With --plant: stats, branches, late reports and dead machines besides")
      .flag("--only-summaries", words.only_summaries, "As if their logs had expired: for farms of a million")
      .option("--seed", words.seed, "The same seed tells the same story");
}

}  // namespace testfarm
