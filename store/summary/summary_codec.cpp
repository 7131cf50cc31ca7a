#include "store/summary/summary_codec.hpp"

#include "schema/fields.hpp"
#include "schema/limits.hpp"

namespace testfarm {

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
  archive.number("time", change.time, 0, limits::any_number, Need::optional);
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
  archive.text("url", repository.url, limits::name, TextKind::raw, Need::optional);
  archive.text("revision", repository.revision, limits::name, TextKind::raw);
  archive.text("previous", repository.previous, limits::name, TextKind::raw, Need::optional);
  archive.number("changes", repository.changes, 0, limits::any_number, Need::optional);
  archive.text("author", repository.author, limits::name, TextKind::raw, Need::optional);
  archive.text("message", repository.message, limits::name, TextKind::raw, Need::optional);
  list_as<StoredChange>(archive, "told", repository.listed_changes, limits::changes);
}

template <typename Archive>
static void fields(Archive& archive, Failure& failure) {
  archive.text("fingerprint", failure.fingerprint, limits::name, TextKind::raw);
  archive.number("task", failure.task, 0, limits::any_number);
  archive.number("command", failure.command, 0, limits::any_number);
  archive.text("test", failure.test, limits::name, TextKind::raw, Need::optional);
  archive.text("says", failure.says, limits::name, TextKind::raw, Need::optional);
  archive.number("line", failure.line, 0, limits::any_number, Need::optional);
}

// The watch is a part of the summary like any other, and there only while a command runs.
template <typename Archive>
static void error_fields(Archive& archive, ErrorWatch& error) {
  archive.text("error_partial", error.partial, limits::command_text, TextKind::raw, Need::optional);
  archive.number("error_lines", error.lines, 0, limits::any_number, Need::optional);
  archive.text("error_line", error.line, limits::command_text, TextKind::raw, Need::optional);
  archive.number("error_at", error.at, 0, limits::any_number, Need::optional);
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
  archive.number("duration", task.duration, 0, limits::any_number, Need::optional);
  archive.number("commands", task.commands, 0, limits::any_number, Need::optional);
  archive.number("failed_command", task.failed_command, 0, limits::any_number, Need::optional);
  archive.text("failed_line", task.failed_line, limits::name, TextKind::raw, Need::optional);
}

template <typename Archive>
static void fields(Archive& archive, Summary& summary) {
  archive.number("started_at", summary.started_at, 0, limits::any_number);
  archive.number("heard_at", summary.heard_at, 0, limits::any_number);
  archive.number("late", summary.late, 0, limits::any_number, Need::optional);
  archive.number("next", summary.next, 1, limits::any_number);
  archive.text("branch", summary.branch, limits::name, TextKind::raw, Need::optional);
  archive.choice("reason", summary.reason, names_of<Reason>());
  archive.list("repositories", summary.repositories, limits::repositories);
  archive.text_map("facts", summary.facts, limits::facts);
  list_as<StoredTask>(archive, "plan", summary.plan, limits::tasks);
  archive.list("tasks", summary.tasks, limits::tasks);
  archive.text("running_line", summary.running_line, limits::name, TextKind::raw, Need::optional);
  archive.choice("progress", summary.progress, names_of<Progress>());
  archive.number("duration", summary.duration, 0, limits::any_number, Need::optional);
  archive.text("ended_because", summary.ended_because, limits::message, TextKind::raw, Need::optional);
  archive.number_map("stats", summary.stats, limits::stats);
  archive.number("tests_passed", summary.tests_passed, 0, limits::any_number, Need::optional);
  archive.number("tests_failed", summary.tests_failed, 0, limits::any_number, Need::optional);
  archive.number("tests_skipped", summary.tests_skipped, 0, limits::any_number, Need::optional);
  archive.words("failed_tests", summary.failed_tests, most_failed_tests);
  archive.list("failures", summary.failures, most_failures);
  archive.number("failures_omitted", summary.failures_omitted, 0, limits::any_number, Need::optional);
  error_fields(archive, summary.error);
  archive.number("tests_of_command", summary.tests_of_command, 0, limits::any_number, Need::optional);
  archive.number("lost_events", summary.lost_events, 0, limits::any_number, Need::optional);
  archive.number("unknown_lines", summary.unknown_lines, 0, limits::any_number, Need::optional);
  archive.number("bad_places", summary.bad_places, 0, limits::any_number, Need::optional);
  archive.number("bad_bytes", summary.bad_bytes, 0, limits::any_number, Need::optional);
}

std::string encode(const Summary& summary) { return encode_message(summary); }
Result<Summary> decode_summary(std::string_view text) { return decode_message<Summary>(text); }

std::string take_changes(Summary& summary) {
  AllTold told;
  bool any = false;
  for (RepositorySummary& repository : summary.repositories) {
    any = any || !repository.listed_changes.empty();
    Told one;
    for (Change& change : repository.listed_changes) one.changes.push_back({std::move(change)});
    told.repositories.push_back(std::move(one));
    repository.listed_changes.clear();
  }
  return any ? encode_message(told) : std::string();
}

Status put_changes(Summary& summary, std::string_view text) {
  if (text.empty()) return {};
  TRY_SET(AllTold told, decode_message<AllTold>(text));
  for (std::size_t i = 0; i < summary.repositories.size() && i < told.repositories.size(); ++i)
    for (StoredChange& change : told.repositories[i].changes)
      summary.repositories[i].listed_changes.push_back(std::move(change));
  return {};
}

}  // namespace testfarm
