#include "generator/pages/execution_verdict.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "generator/html/wording.hpp"

namespace testfarm {
namespace {

// How the command that stopped a task ended, if the log has it.
const CommandEnded* ending_of(const ExecutionDocument* document, const TaskSummary& task,
                              std::size_t number) {
  if (document == nullptr || number > document->tasks.size()) return nullptr;
  const auto& commands = document->tasks[number - 1].commands;
  if (task.failed_command == 0 || task.failed_command > commands.size()) return nullptr;
  const auto& end = commands[task.failed_command - 1].end;
  return end ? &*end : nullptr;
}

// "failed in", "timed out after 30 min in", "was aborted in": what comes before the task.
std::string how_it_stopped(Progress progress, const CommandEnded* end) {
  switch (progress) {
    case Progress::aborted: return "was aborted in";
    case Progress::interrupted: return "was interrupted in";
    case Progress::trouble: return "met infrastructure trouble in";
    default: break;
  }
  if (end != nullptr && end->ending == CommandEnding::timed_out)
    return concat("timed out after ", duration_text(end->duration), " in");
  if (end != nullptr && end->ending == CommandEnding::signalled)
    return "failed, " + ending_words(*end) + ", in";
  return "failed in";
}

// What went wrong there: the first error, or the test; of what says nothing of the code the client's reason.
std::string what_stopped_it(const Summary& summary, const TaskSummary& task, std::size_t number,
                            const std::optional<FirstError>& error) {
  if (summary.progress != Progress::failed && !summary.ended_because.empty()) return summary.ended_because;
  // Where tests failed, they say more than the command that ran them.
  if (!summary.failures.empty() && summary.failures[0].task == number && !summary.failures[0].test.empty())
    return concat(summary.failures[0].test, summary.tests_failed > 1
                                                ? concat(" and ", summary.tests_failed - 1, " more")
                                                : std::string());
  return error && !error->text.empty() ? essence(error->text) : task.failed_line;
}

std::string_view stopped_word(Progress progress) {
  switch (progress) {
    case Progress::aborted: return "was aborted";
    case Progress::interrupted: return "was interrupted";
    case Progress::trouble: return "met infrastructure trouble";
    default: return "failed";
  }
}

// Of several sentences the last full stop would be one too many.
std::string without_end(std::string text) {
  while (text.ends_with('.') || text.ends_with(':')) text.pop_back();
  return text;
}

}  // namespace

Fields execution_verdict(const std::string& client, const Summary& summary, const ExecutionDocument* document,
                         const std::optional<FirstError>& error) {
  Fields fields{{"client", client}};
  if (!summary.ended()) {
    const std::size_t at = summary.tasks.size();
    fields["running"] =
        at == 0 ? Fields{{"where", "starting"}}
                : Fields{{"where", concat("at task ", at, " of ", std::max(at, summary.plan.size()))},
                         {"task", summary.tasks.back().name},
                         {"anchor", task_anchor(at)}};
    return fields;
  }
  if (summary.progress == Progress::passed) {
    fields["passed"] = duration_text(summary.duration);
    return fields;
  }
  Fields stopped{{"reason", without_end(summary.ended_because)},
                 {"word", stopped_word(summary.progress)},
                 {"fails", summary.progress == Progress::failed}};
  if (const TaskSummary* task = summary.stopped_in()) {
    const auto number = 1 + static_cast<std::size_t>(task - summary.tasks.data());
    stopped["how"] = how_it_stopped(summary.progress, ending_of(document, *task, number));
    stopped["task"] =
        Fields{{"number", std::to_string(number)}, {"name", task->name}, {"anchor", task_anchor(number)}};
    stopped["what"] = without_end(what_stopped_it(summary, *task, number, error));
  }
  fields["stopped"] = std::move(stopped);
  return fields;
}

}  // namespace testfarm
