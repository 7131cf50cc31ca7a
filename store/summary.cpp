#include "store/summary.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "schema/fields.hpp"
#include "schema/limits.hpp"

namespace testfarm {

template <>
const std::vector<std::string>& names_of<Progress>() {
  static const std::vector<std::string> names{"passed",      "failed",  "trouble",
                                              "interrupted", "aborted", "running"};
  return names;
}

namespace {

constexpr std::uint64_t any_number = 1ULL << 53;

Progress progress_of(Outcome outcome) { return static_cast<Progress>(outcome); }
Progress progress_of(TaskOutcome outcome) { return static_cast<Progress>(outcome); }
static_assert(static_cast<int>(Outcome::aborted) == static_cast<int>(Progress::aborted));
static_assert(static_cast<int>(TaskOutcome::aborted) == static_cast<int>(Progress::aborted));

std::string first_line(std::string_view text, std::size_t most) {
  return std::string(utf8_prefix(text.substr(0, text.find('\n')), most));
}

// A client may number tasks as it likes below the limit; what it skipped is there without a name.
TaskSummary& task_at(Summary& summary, std::uint64_t number) {
  if (summary.tasks.size() < number) summary.tasks.resize(static_cast<std::size_t>(number));
  return summary.tasks[static_cast<std::size_t>(number - 1)];
}

// One overload an event type. Each says how far it is seen.
struct Fold {
  Summary& summary;

  Reach operator()(const ExecutionStarted& event) const {
    summary.branch = event.branch;
    summary.reason = event.reason;
    summary.facts = event.facts;
    summary.plan = event.plan;
    for (const Repository& repository : event.repositories) {
      RepositorySummary brief{repository.name,
                              repository.revision,
                              repository.previous,
                              repository.changes.size() + repository.changes_omitted,
                              {},
                              {}};
      if (!repository.changes.empty()) {
        brief.author = repository.changes.front().author;
        brief.message = first_line(repository.changes.front().message, limits::name);
      }
      summary.repositories.push_back(std::move(brief));
    }
    return Reach::execution;
  }

  Reach operator()(const TaskStarted& event) const {
    TaskSummary& task = task_at(summary, event.task);
    task.name = event.name;
    task.kind = event.kind;
    task.progress = Progress::running;
    return Reach::task;
  }

  Reach operator()(const CommandStarted& event) const {
    TaskSummary& task = task_at(summary, event.task);
    task.commands = std::max(task.commands, event.command);
    summary.running_line = first_line(event.line, limits::name);
    return Reach::command;
  }

  Reach operator()(const Output&) const { return Reach::output; }

  Reach operator()(const CommandEnded& event) const {
    TaskSummary& task = task_at(summary, event.task);
    if (!event.success && task.failed_command == 0) {
      task.failed_command = event.command;
      task.failed_line = summary.running_line;
    }
    for (const auto& [name, value] : event.stats)
      if (summary.stats.size() < limits::stats || summary.stats.contains(name)) summary.stats[name] = value;
    summary.running_line.clear();
    return Reach::command;
  }

  Reach operator()(const TestResults& event) const {
    for (const TestResult& test : event.tests) {
      switch (test.outcome) {
        case TestOutcome::passed: ++summary.tests_passed; break;
        case TestOutcome::skipped: ++summary.tests_skipped; break;
        case TestOutcome::failed:
        case TestOutcome::error:
          ++summary.tests_failed;
          if (summary.failed_tests.size() < most_failed_tests) summary.failed_tests.push_back(test.name);
          break;
      }
    }
    return Reach::command;
  }

  Reach operator()(const TaskEnded& event) const {
    TaskSummary& task = task_at(summary, event.task);
    task.progress = progress_of(event.outcome);
    task.duration = event.duration;
    return Reach::task;
  }

  Reach operator()(const ExecutionEnded& event) const {
    summary.progress = progress_of(event.outcome);
    summary.duration = event.duration;
    summary.ended_because = event.reason;
    summary.running_line.clear();
    // A task that was cut off does not go on running.
    for (TaskSummary& task : summary.tasks)
      if (task.progress == Progress::running) task.progress = summary.progress;
    return Reach::execution;
  }

  Reach operator()(const EventsLost& event) const {
    summary.lost_events += event.last >= summary.next ? event.last + 1 - summary.next : 0;
    return Reach::command;
  }
};

}  // namespace

template <typename Archive>
static void fields(Archive& archive, RepositorySummary& repository) {
  archive.text("name", repository.name, limits::name, TextKind::raw);
  archive.text("revision", repository.revision, limits::name, TextKind::raw);
  archive.text("previous", repository.previous, limits::name, TextKind::raw, Need::optional);
  archive.number("changes", repository.changes, 0, any_number, Need::optional);
  archive.text("author", repository.author, limits::name, TextKind::raw, Need::optional);
  archive.text("message", repository.message, limits::name, TextKind::raw, Need::optional);
}

template <typename Archive>
static void fields(Archive& archive, PlannedTask& task) {
  archive.text("name", task.name, limits::name, TextKind::raw);
  archive.choice("kind", task.kind, names_of<TaskKind>());
}

template <typename Archive>
static void fields(Archive& archive, TaskSummary& task) {
  archive.text("name", task.name, limits::name, TextKind::raw, Need::optional);
  archive.choice("kind", task.kind, names_of<TaskKind>());
  archive.choice("progress", task.progress, names_of<Progress>());
  archive.number("duration", task.duration, 0, any_number, Need::optional);
  archive.number("commands", task.commands, 0, any_number, Need::optional);
  archive.number("failed_command", task.failed_command, 0, any_number, Need::optional);
  archive.text("failed_line", task.failed_line, limits::name, TextKind::raw, Need::optional);
}

template <typename Archive>
static void fields(Archive& archive, Summary& summary) {
  archive.number("started_at", summary.started_at, 0, any_number);
  archive.number("heard_at", summary.heard_at, 0, any_number);
  archive.number("late", summary.late, 0, any_number, Need::optional);
  archive.number("next", summary.next, 1, any_number);
  archive.text("branch", summary.branch, limits::name, TextKind::raw, Need::optional);
  archive.choice("reason", summary.reason, names_of<Reason>());
  archive.list("repositories", summary.repositories, limits::repositories);
  archive.text_map("facts", summary.facts, limits::facts);
  archive.list("plan", summary.plan, limits::tasks);
  archive.list("tasks", summary.tasks, limits::tasks);
  archive.text("running_line", summary.running_line, limits::name, TextKind::raw, Need::optional);
  archive.choice("progress", summary.progress, names_of<Progress>());
  archive.number("duration", summary.duration, 0, any_number, Need::optional);
  archive.text("ended_because", summary.ended_because, limits::message, TextKind::raw, Need::optional);
  archive.number_map("stats", summary.stats, limits::stats);
  archive.number("tests_passed", summary.tests_passed, 0, any_number, Need::optional);
  archive.number("tests_failed", summary.tests_failed, 0, any_number, Need::optional);
  archive.number("tests_skipped", summary.tests_skipped, 0, any_number, Need::optional);
  archive.words("failed_tests", summary.failed_tests, most_failed_tests);
  archive.number("lost_events", summary.lost_events, 0, any_number, Need::optional);
  archive.number("unknown_lines", summary.unknown_lines, 0, any_number, Need::optional);
  archive.number("bad_places", summary.bad_places, 0, any_number, Need::optional);
  archive.number("bad_bytes", summary.bad_bytes, 0, any_number, Need::optional);
}

const TaskSummary* Summary::stopped_in() const {
  for (const TaskSummary& task : tasks)
    if (task.progress != Progress::passed && task.progress != Progress::running) return &task;
  return nullptr;
}

void apply_receipt(Summary& summary, Millis at, Millis age) {
  if (summary.heard_at == 0) {
    summary.started_at = std::max<Millis>(at - age, 0);
    summary.late = age > hour_ms ? at - summary.started_at : 0;
  }
  summary.heard_at = at;
}

Reach apply(Summary& summary, const Event& event) {
  const Reach reach = std::visit(Fold{summary}, event.body);
  summary.next = event.next();
  return reach;
}

std::string encode(const Summary& summary) { return encode_message(summary); }
Result<Summary> decode_summary(std::string_view text) { return decode_message<Summary>(text); }

}  // namespace testfarm
