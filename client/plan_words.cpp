#include "client/plan_words.hpp"

#include "base/text.hpp"

namespace testfarm {
namespace {

std::string every_words(const Schedule& schedule) {
  if (schedule.every == 0) return "back to back";
  return schedule.every % minute_ms == 0 ? concat("every ", schedule.every / minute_ms, " min")
                                         : concat("every ", schedule.every / second_ms, " s");
}

void say_repository(Console& console, const RepositoryDefinition& repository) {
  std::string what;
  for (const std::string& branch : repository.branches) what += (what.empty() ? "branch " : ", ") + branch;
  for (const std::string& tag : repository.tags) what += (what.empty() ? "" : ", ") + ("tag " + tag);
  console.say(concat("watches ", repository.url, ", ", what, ", in ", repository.directory.string()));
}

}  // namespace

void say_tasks(Console& console, const std::vector<TaskDefinition>& tasks) {
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const TaskDefinition& task = tasks[i];
    console.say(concat("task ", i + 1, ": ", task.name, " (", name_of(task.kind),
                       task.mandatory ? "" : ", not mandatory",
                       task.repeat > 1 ? concat(", ", task.repeat, " times") : "", ")"));
    for (const auto& service : task.services)
      console.say(concat("  service ", service.name, ": ", service.run));
    for (const auto& command : task.commands) console.say("  $ " + command.run);
  }
}

void say_plan(Console& console, const Definition& definition) {
  console.say(concat(name_of(definition.client), " reports to ", definition.servers.front().url, ", looks ",
                     every_words(definition.schedule)));
  for (std::size_t i = 1; i < definition.servers.size(); ++i)
    console.say(concat("and to ", definition.servers[i].url, " as ",
                       definition.servers[i].client.project.text(), '/',
                       definition.servers[i].client.client.text()));
  for (const auto& repository : definition.repositories) say_repository(console, repository);
  say_tasks(console, definition.tasks);
  if (const std::string& file = definition.repositories.front().definition; !file.empty())
    console.say(concat("and the tasks of ", file, " in ", definition.repositories.front().name,
                       ", as the tested revision has it"));
  for (const std::string& why : definition.left_out) console.say("left out: " + why);
}

}  // namespace testfarm
