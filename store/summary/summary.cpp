#include "store/summary/summary.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
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
  return {.fingerprint = fingerprint_of(concat("test ", test.name), normalised(said.line)),
          .task = event.task,
          .command = event.command,
          .test = test.name,
          .says = first_line(said.line, limits::name),
          .line = 0};
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
    const std::string where = told ? std::string("error")
                                   : concat(normalised(summary.running_line), ", ",
                                            event.reason.empty() ? ending : normalised(event.reason));
    const bool remark = !told && event.ending == CommandEnding::exited;
    return {
        .fingerprint = fingerprint_of(where, told || remark ? normalised(said.line) : std::string()),
        .task = event.task,
        .command = event.command,
        .says = first_line(
            told || (remark && !said.line.empty()) ? said.line : concat(summary.running_line, ": ", ending),
            limits::name),
        .line = told || remark ? said.at : 0};
  }

  Reach operator()(const ExecutionStarted& event) const {
    summary.branch = event.branch;
    summary.reason = event.reason;
    summary.facts = event.facts;
    summary.plan = event.plan;
    for (const Repository& repository : event.repositories) {
      RepositorySummary brief{.name = repository.name,
                              .url = repository.url.size() <= limits::name ? repository.url : std::string(),
                              .revision = repository.revision,
                              .previous = repository.previous,
                              .changes = repository.changes.size() + repository.changes_omitted,
                              .listed_changes = repository.changes};
      for (Change& change : brief.listed_changes) change.message = first_line(change.message, limits::name);
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

}  // namespace testfarm
