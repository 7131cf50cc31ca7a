#include "client/execute.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "client/definition/repository_tasks.hpp"
#include "client/run/machine_trouble.hpp"

namespace testfarm {
namespace {

Status check_out(Session& session, const Definition& definition, const Candidate& candidate) {
  const std::uint64_t wanted = definition.schedule.free_disk;
  TRY_SET(const FreeSpace space, free_space(definition.sandbox));
  if (space.bytes < wanted)
    return fail(ErrorKind::no_space,
                concat("only ", space.bytes >> 20, " MiB are free for ", definition.sandbox.string(),
                       "; testfarm.toml wants ", wanted >> 20));
  for (std::size_t i = 0; i < definition.repositories.size(); ++i)
    TRY(session.sources()[i]->check_out(candidate.revisions.at(definition.repositories[i].name)));
  return {};
}

Result<std::vector<TaskDefinition>> tasks_of_revision(const Definition& definition,
                                                      const std::vector<std::string>& wanted) {
  TRY_SET(auto tasks, read_repository_tasks(definition));
  if (!wanted.empty())
    std::erase_if(tasks, [&](const TaskDefinition& task) {
      return std::find(wanted.begin(), wanted.end(), task.name) == wanted.end();
    });
  return tasks;
}

}  // namespace

Result<Outcome> execute(Session& session, const Definition& definition, ExecutionStarted start,
                        const Candidate& candidate, const std::vector<std::string>& tasks,
                        const EventSink& sink) {
  ExecutionOptions options;
  options.stop = [&] { return session.stop(); };
  options.prepare = [&] { return check_out(session, definition, candidate); };
  if (!definition.repositories.front().definition.empty())
    options.more_tasks = [&] { return tasks_of_revision(definition, tasks); };
  options.scratch = definition.state_directory;
  options.environment = {
      {"TESTFARM_BRANCH", candidate.branch},
      {"TESTFARM_REVISION", start.repositories.empty() ? "" : start.repositories.front().revision}};
  options.trouble = [&](const CommandDefinition& command, const CommandEnded& end) {
    return machine_trouble(command, end, definition, session.runner());
  };
  return run_execution(definition, std::move(start), session.runner(), session.clock(), options, sink);
}

}  // namespace testfarm
