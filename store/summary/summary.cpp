#include "store/summary/summary.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "schema/fields.hpp"
#include "schema/limits.hpp"
#include "store/summary/fingerprint.hpp"

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

// What a text says went wrong.
ErrorWatch error_in(std::string_view text) {
  ErrorWatch found;
  watch(found, 0, text);
  end_watch(found);
  return found;
}

// A test is known by its name and by what it says.
Failure of_test(const TestResults& event, const TestResult& test) {
  const ErrorWatch said = error_in(test.message);
  return {fingerprint_of(cat("test ", test.name), normalised(said.line)),
          event.task,
          event.command,
          test.name,
          first_line(said.line, limits::name),
          0};
}

// One overload an event type. Each says how far it is seen.
struct Fold {
  Summary& summary;

  void add_failure(Failure failure) const {
    if (summary.failures.size() < most_failures)
      summary.failures.push_back(std::move(failure));
    else
      ++summary.failures_omitted;
  }

  // A command is known by its first error, wherever it stands. Where the output says nothing like it, the
  // command itself and how it ended are all that is known.
  Failure of_command(const CommandEnded& event) const {
    ErrorWatch said = summary.error;
    end_watch(said);
    const bool told = said.rank >= ErrorRank::announced && event.ending != CommandEnding::timed_out;
    const std::string ending = ending_words(event);
    const std::string where =
        told ? std::string("error") : cat(normalised(summary.running_line), ", ", ending);
    const bool remark = !told && event.ending == CommandEnding::exited;
    return {fingerprint_of(where, told || remark ? normalised(said.line) : std::string()),
            event.task,
            event.command,
            {},
            first_line(
                told || (remark && !said.line.empty()) ? said.line : cat(summary.running_line, ": ", ending),
                limits::name),
            told || remark ? said.at : 0};
  }

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
                              {},
                              repository.changes};
      for (Change& change : brief.told) change.message = first_line(change.message, limits::name);
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
    summary.error = {};
    summary.tests_of_command = 0;
    return Reach::command;
  }

  Reach operator()(const Output& event) const {
    watch(summary.error, event.omitted, event.text);
    return Reach::output;
  }

  Reach operator()(const CommandEnded& event) const {
    TaskSummary& task = task_at(summary, event.task);
    if (!event.success && summary.tests_of_command == 0) add_failure(of_command(event));
    summary.error = {};
    summary.tests_of_command = 0;
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
          ++summary.tests_of_command;
          add_failure(of_test(event, test));
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

namespace {

// As summaries store what events brought: any text goes, it was checked when it came. Types of their own,
// because the codec has other rules for the same ones.
struct StoredChange : Change {};
struct StoredTask : PlannedTask {};
// The changes told in one repository.
struct Told {
  std::vector<StoredChange> changes;
};
struct AllTold {
  std::vector<Told> repositories;
};

// Stores a list by the rules of `Stored`.
template <typename Stored, typename Archive, typename Item>
void list_as(Archive& archive, std::string_view key, std::vector<Item>& items, std::size_t most) {
  std::vector<Stored> stored;
  stored.reserve(items.size());
  for (Item& item : items) stored.push_back(Stored{std::move(item)});
  archive.list(key, stored, most);
  items.clear();
  for (Stored& item : stored) items.push_back(std::move(item));
}

}  // namespace

template <typename Archive>
static void fields(Archive& archive, StoredChange& change) {
  archive.text("revision", change.revision, limits::name, TextKind::raw);
  archive.text("author", change.author, limits::name, TextKind::raw, Need::optional);
  archive.number("time", change.time, 0, any_number, Need::optional);
  archive.text("message", change.message, limits::name, TextKind::raw, Need::optional);
}

template <typename Archive>
static void fields(Archive& archive, Told& told) {
  archive.list("changes", told.changes, limits::changes);
}

template <typename Archive>
static void fields(Archive& archive, AllTold& told) {
  archive.list("repositories", told.repositories, limits::repositories);
}

template <typename Archive>
static void fields(Archive& archive, RepositorySummary& repository) {
  archive.text("name", repository.name, limits::name, TextKind::raw);
  archive.text("revision", repository.revision, limits::name, TextKind::raw);
  archive.text("previous", repository.previous, limits::name, TextKind::raw, Need::optional);
  archive.number("changes", repository.changes, 0, any_number, Need::optional);
  archive.text("author", repository.author, limits::name, TextKind::raw, Need::optional);
  archive.text("message", repository.message, limits::name, TextKind::raw, Need::optional);
  list_as<StoredChange>(archive, "told", repository.told, limits::changes);
}

template <typename Archive>
static void fields(Archive& archive, Failure& failure) {
  archive.text("fingerprint", failure.fingerprint, limits::name, TextKind::raw);
  archive.number("task", failure.task, 0, any_number);
  archive.number("command", failure.command, 0, any_number);
  archive.text("test", failure.test, limits::name, TextKind::raw, Need::optional);
  archive.text("says", failure.says, limits::name, TextKind::raw, Need::optional);
  archive.number("line", failure.line, 0, any_number, Need::optional);
}

// The watch is a part of the summary like any other, and there only while a command runs.
template <typename Archive>
static void error_fields(Archive& archive, ErrorWatch& error) {
  archive.text("error_partial", error.partial, limits::command_text, TextKind::raw, Need::optional);
  archive.number("error_lines", error.lines, 0, any_number, Need::optional);
  archive.text("error_line", error.line, limits::command_text, TextKind::raw, Need::optional);
  archive.number("error_at", error.at, 0, any_number, Need::optional);
  bool said = error.rank == ErrorRank::said;
  bool announced = error.rank == ErrorRank::announced;
  archive.flag("error_said", said);
  archive.flag("error_announced", announced);
  error.rank = said                 ? ErrorRank::said
               : announced          ? ErrorRank::announced
               : error.line.empty() ? ErrorRank::nothing
                                    : ErrorRank::remark;
  archive.flag("error_heading", error.heading);
  archive.flag("error_gap", error.gap);
}

template <typename Archive>
static void fields(Archive& archive, StoredTask& task) {
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
  list_as<StoredTask>(archive, "plan", summary.plan, limits::tasks);
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
  archive.list("failures", summary.failures, most_failures);
  archive.number("failures_omitted", summary.failures_omitted, 0, any_number, Need::optional);
  error_fields(archive, summary.error);
  archive.number("tests_of_command", summary.tests_of_command, 0, any_number, Need::optional);
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

const Failure* Summary::failure(std::string_view fingerprint) const {
  const auto found = std::find_if(failures.begin(), failures.end(),
                                  [&](const Failure& one) { return one.fingerprint == fingerprint; });
  return found == failures.end() ? nullptr : &*found;
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

std::string take_changes(Summary& summary) {
  AllTold told;
  bool any = false;
  for (RepositorySummary& repository : summary.repositories) {
    any = any || !repository.told.empty();
    Told one;
    for (Change& change : repository.told) one.changes.push_back({std::move(change)});
    told.repositories.push_back(std::move(one));
    repository.told.clear();
  }
  return any ? encode_message(told) : std::string();
}

Status put_changes(Summary& summary, std::string_view text) {
  if (text.empty()) return {};
  TRY_SET(AllTold told, decode_message<AllTold>(text));
  for (std::size_t i = 0; i < summary.repositories.size() && i < told.repositories.size(); ++i)
    for (StoredChange& change : told.repositories[i].changes)
      summary.repositories[i].told.push_back(std::move(change));
  return {};
}

}  // namespace testfarm
