#include "generator/pages/comparison.hpp"

#include "base/text.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/problem_fields.hpp"

namespace testfarm {
namespace {

void add_output(LineComparison& lines, void (LineComparison::*as)(std::string_view),
                const DocumentCommand& command) {
  (lines.*as)(command.output);
  (lines.*as)(command.output_tail);
  if (command.omitted > 0) lines.gap();
}

void add_failed_command(LineComparison& lines, const DocumentCommand& command) {
  add_output(lines, &LineComparison::said, command);
  for (const TestResult& test : command.tests)
    if (test.outcome == TestOutcome::failed || test.outcome == TestOutcome::error) lines.said(test.message);
}

// What the command that failed said, and its tests; of a task without one, all its commands. False where
// there is none.
bool add_failed(LineComparison& lines, const Summary& failed, const ExecutionDocument& document) {
  const TaskSummary* task = failed.stopped_in();
  if (task == nullptr) return false;
  const auto number = static_cast<std::size_t>(task - failed.tasks.data());
  if (number >= document.tasks.size()) return false;
  const auto& commands = document.tasks[number].commands;
  if (task->failed_command > 0 && task->failed_command <= commands.size()) {
    add_failed_command(lines, commands[task->failed_command - 1]);
    return true;
  }
  for (const DocumentCommand& command : commands) add_failed_command(lines, command);
  return !commands.empty();
}

std::vector<ChangedFact> changed_facts(const Summary& before, const Summary& now) {
  std::vector<ChangedFact> changed;
  for (const auto& [name, value] : now.facts) {
    const auto old = before.facts.find(name);
    if (old == before.facts.end())
      changed.push_back({name, {}, value});
    else if (old->second != value)
      changed.push_back({name, old->second, value});
  }
  for (const auto& [name, value] : before.facts)
    if (!now.facts.contains(name)) changed.push_back({name, value, {}});
  return changed;
}

}  // namespace

Result<std::optional<Comparison>> compare_with_passed(const Layout& layout, Index& index,
                                                      const ExecutionRow& failed,
                                                      const ExecutionDocument* document,
                                                      const std::optional<ExecutionHeader>& passed) {
  const Summary& summary = failed.summary;
  if (summary.progress != Progress::failed || !passed) return std::optional<Comparison>{};
  TRY_SET(const auto row, index.execution_in_short(passed->key));
  Comparison comparison{.passed = *passed, .news = {}, .facts = {}};
  if (row) comparison.facts = changed_facts(row->summary, summary);
  const auto before = read_execution_document(layout, comparison.passed.key);
  if (!before && before.error().kind != ErrorKind::not_found) return fail(before.error());
  comparison.expired = !before.has_value() || document == nullptr;
  if (comparison.expired) return std::optional(std::move(comparison));
  LineComparison lines;
  for (const DocumentTask& task : before->tasks)
    for (const DocumentCommand& command : task.commands) add_output(lines, &LineComparison::known, command);
  comparison.compared = add_failed(lines, summary, *document);
  comparison.news = lines.found();
  return std::optional(std::move(comparison));
}

Fields comparison_fields(const Comparison& comparison, const std::string& up) {
  const NewLines& news = comparison.news;
  std::string text;
  for (const std::string& line : news.lines) text += line + '\n';
  Nodes facts;
  for (const ChangedFact& fact : comparison.facts)
    facts.push_back(Fields{{"name", capitalised(fact.name)},
                           {"before", fact.before.empty() ? "not reported" : fact.before},
                           {"now", fact.now.empty() ? "not reported" : fact.now}});
  const auto left_out = [](std::size_t count, const char* where) {
    return count == 0 ? std::string() : concat(counted(count, "more new line"), ' ', where);
  };
  return {{"passed", moment_fields(comparison.passed, up)},
          {"lines", std::move(text)},
          {"none", comparison.compared && news.lines.empty()},
          {"before", left_out(news.before, "before these.")},
          {"after", left_out(news.after, "after these.")},
          {"part", comparison.compared && !news.all_compared
                       ? std::string("Not all output was compared: the first 20,000 lines of each, and not "
                                     "what was left out of the log.")
                       : std::string()},
          {"gone", comparison.expired},
          {"any_facts", !facts.empty()},
          {"facts", std::move(facts)}};
}

}  // namespace testfarm
