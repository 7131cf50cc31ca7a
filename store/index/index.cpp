#include "store/index/index.hpp"
#include "store/summary/summary_codec.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/boot_id.hpp"
#include "base/crypto.hpp"
#include "base/step.hpp"
#include "base/text.hpp"
#include "schema/index.sql.hpp"
#include "store/index/derived_rows.hpp"
#include "store/index/stored_id.hpp"

namespace testfarm {

namespace {

constexpr std::uint64_t index_version = 5;

// A cache needs no sync; TRUNCATE works on any file system, WAL on none of the networked ones
// (sqlite.org/wal.html).
constexpr std::string_view pragmas =
    "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF; PRAGMA trusted_schema = OFF;";

std::vector<SqlValue> values_of(const ExecutionKey& key) {
  return {key.owner.project.text(), key.owner.client.text(), key.execution.text()};
}

}  // namespace

Result<std::optional<Index>> Index::open(const Layout& layout, Millis patience) {
  std::error_code failed;
  const Path target = std::filesystem::read_symlink(layout.current_index(), failed);
  const Path path = layout.index() / target.filename();
  TRY_SET(const auto facts, facts_at(path));
  if (failed || target.empty() || !facts || facts->size == 0) return std::optional<Index>{};
  auto database = Database::open(path, Database::Mode::existing, patience);
  if (!database) return std::optional<Index>{};
  if (const auto set = database->script(pragmas); !set && set.error().kind == ErrorKind::busy)
    return fail(set.error());
  const auto meta = database->rows("SELECT key, value FROM meta ORDER BY key");
  if (!meta && meta.error().kind == ErrorKind::busy) return fail(meta.error());
  if (!meta || meta->size() != 2) return std::optional<Index>{};
  const auto version = to_unsigned(text_of(meta->at(1)[1])).value_or(0);
  if (version > index_version)
    return fail(ErrorKind::conflict, concat("the index ", path.string(), " is of version ", version,
                                            "; this program knows ", index_version, " and leaves it alone"));
  // BOOT: a cache that is never synced may have lost anything when the power went.
  const bool same_boot = text_of(meta->at(0)[1]) == boot_id() || !step(Step::boot);
  if (version < index_version || !same_boot) return std::optional<Index>{};
  return Index(*std::move(database), *facts, path, layout);
}

std::vector<ClientKey> Index::known_before(const Layout& layout) {
  std::error_code failed;
  const Path target = std::filesystem::read_symlink(layout.current_index(), failed);
  const Path path = layout.index() / target.filename();
  if (failed || target.empty() || !file_exists(path)) return {};
  auto database = Database::open(path, Database::Mode::existing, second_ms);
  if (!database) return {};
  const auto rows = database->rows("SELECT project, client FROM clients ORDER BY project, client");
  std::vector<ClientKey> all;
  if (rows)
    for (const auto& row : *rows)
      if (auto client = client_called(concat(text_of(row[0]), '/', text_of(row[1]))))
        all.push_back(layout.names().now(*client));
  return all;
}

Result<Index> Index::create(const Layout& layout) {
  TRY(make_directories(layout.index()));
  // Never a name that was used before: a journal left beside the old file would be rolled back into the new
  // one.
  // UNIQUE.
  const Path path = layout.index() / (step(Step::unique) ? concat(compact_time(system_clock().now()), '-',
                                                                  random_name(8), ".sqlite")
                                                         : "1.sqlite");
  TRY_SET(Database database, Database::open(path, Database::Mode::create, 5 * second_ms));
  // Summaries are some KiB each: in SQLite's 4 KiB a tree would grow by levels as the history grows, and each
  // level is a read more.
  TRY(database.script("PRAGMA page_size = 16384"));
  TRY(database.script(pragmas));
  TRY(database.script(embedded::index_sql));
  TRY(database.run("INSERT INTO meta VALUES ('boot', ?), ('version', ?)",
                   {boot_id(), std::to_string(index_version)}));
  TRY_SET(const auto facts, facts_at(path));
  if (!facts) return fail(ErrorKind::io, concat(path.string(), " went away while it was made"));
  return Index(std::move(database), *facts, path, layout);
}

Status Index::publish(const Layout& layout) {
  const Path fresh = layout.index() / concat("current.tmp-", random_name(8));
  if (symlink(path_.filename().c_str(), fresh.c_str()) != 0)
    return fail(system_error("could not make", fresh));
  if (rename(fresh.c_str(), layout.current_index().c_str()) != 0)
    return fail(system_error("could not replace", layout.current_index()));
  TRY_SET(const auto names, list_directory(layout.index()));
  for (const auto& name : names)
    if (name != "current" && !name.starts_with(path_.filename().string()))
      TRY(remove_file(layout.index() / name));
  return {};
}

bool Index::is_current(const Layout& layout) const {
  const auto named = facts_at(layout.current_index());
  return named && *named && (*named)->same_file(facts_);
}

Result<std::optional<ExecutionRow>> Index::execution(const ExecutionKey& key) { return row_of(key, true); }
Result<std::optional<ExecutionRow>> Index::execution_in_short(const ExecutionKey& key) {
  return row_of(key, false);
}

Result<std::optional<ExecutionRow>> Index::row_of(const ExecutionKey& key, bool changes) {
  TRY_SET(const auto rows,
          database_.rows(concat("SELECT offset, closed, summary, ", changes ? "changes" : "''",
                                " FROM executions WHERE project = ? AND client = ? AND execution = ?"),
                         values_of(key)));
  if (rows.empty()) return std::optional<ExecutionRow>{};
  auto summary = decode_summary(text_of(rows[0][2]));
  if (summary)
    if (auto put = put_changes(*summary, text_of(rows[0][3])); !put) summary = fail(std::move(put).error());
  if (!summary)
    return fail(ErrorKind::damaged,
                concat("index row of ", key.execution.text(), ": ", summary.error().context));
  return ExecutionRow{.key = key,
                      .offset = static_cast<std::uint64_t>(integer_of(rows[0][0])),
                      .closed = integer_of(rows[0][1]) != 0,
                      .summary = *std::move(summary)};
}

// What an execution is found by, as its row has it.
struct Index::Found {
  Millis started_at;
  std::string outcome, branch, revision;
  Millis ended_at;
  bool operator==(const Found&) const = default;
};

// Keeps `days` in step: takes away what the row said before, adds what it says now.
Status Index::count_day(const ExecutionKey& key, const std::optional<Found>& before, const Found& now) {
  const auto day_of = [](Millis at) { return at - at % day_ms; };
  const std::string& project = key.owner.project.text();
  const std::string& client = key.owner.client.text();
  if (before) {
    const std::vector<SqlValue> old{project, day_of(before->started_at), client, before->outcome};
    TRY(database_.run(
        "DELETE FROM days WHERE project = ? AND day = ? AND client = ? AND outcome = ? AND count = 1", old));
    TRY(database_.run(
        "UPDATE days SET count = count - 1 WHERE project = ? AND day = ? AND client = ? AND outcome = ?",
        old));
  }
  return database_.run(
      "INSERT INTO days VALUES (?, ?, ?, ?, 1)"
      " ON CONFLICT (project, day, client, outcome) DO UPDATE SET count = count + 1",
      {project, day_of(now.started_at), client, now.outcome});
}

Status Index::put(const ExecutionRow& row) {
  Summary summary = row.summary;
  const Found now{.started_at = summary.started_at,
                  .outcome = name_of(summary.progress),
                  .branch = summary.branch,
                  .revision = summary.repositories.empty() ? "" : summary.repositories[0].revision,
                  .ended_at = summary.ended() ? summary.heard_at : 0};
  TRY_SET(const auto rows,
          database_.rows(
              "SELECT started_at, outcome, branch, revision, ended_at FROM executions WHERE project = ? AND "
              "client = ? AND execution = ?",
              values_of(row.key)));
  const auto offset = static_cast<std::int64_t>(row.offset);
  std::optional<Found> before;
  if (!rows.empty())
    before = Found{.started_at = integer_of(rows[0][0]),
                   .outcome = text_of(rows[0][1]),
                   .branch = text_of(rows[0][2]),
                   .revision = text_of(rows[0][3]),
                   .ended_at = integer_of(rows[0][4])};
  const std::string changes = take_changes(summary);
  // Mostly it has only said more: then none of the indexes is touched.
  if (before == now)
    return database_.run(
        "UPDATE executions SET offset = ?, closed = ?, summary = ? WHERE project = ? AND client = ? AND "
        "execution = ?",
        {offset, std::int64_t{row.closed}, encode(summary), row.key.owner.project.text(),
         row.key.owner.client.text(), row.key.execution.text()});
  TRY(put_project(row.key.owner.project));
  TRY(count_day(row.key, before, now));
  if (before && before->ended_at > 0) {
    TRY_SET(const auto old, execution_in_short(row.key));
    if (old) TRY(take_failures(database_, *old));
  }
  TRY(put_commits(database_, row));
  if (summary.progress == Progress::failed) TRY(put_failures(database_, row));
  const auto tests = static_cast<std::int64_t>(summary.tests());
  auto values = values_of(row.key);
  values.insert(values.end(), {offset, std::int64_t{row.closed}, now.branch, now.started_at, now.outcome,
                               now.revision, now.ended_at, tests, changes, encode(summary)});
  return database_.run("INSERT OR REPLACE INTO executions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       values);
}

Status Index::put_client(const ClientRow& row) {
  TRY(put_project(row.key.project));
  return database_.run("INSERT OR REPLACE INTO clients VALUES (?, ?, ?)",
                       {row.key.project.text(), row.key.client.text(), row.state});
}

Status Index::put_project(const ProjectId& project) {
  return database_.run("INSERT OR IGNORE INTO projects VALUES (?)", {project.text()});
}

Result<Retired> Index::retired(const ProjectId& project) {
  TRY_SET(const auto facts, facts_at(layout_.retired(project)));
  auto [known, fresh] = retired_.try_emplace(project);
  const auto& before = known->second.facts;
  const bool same = !fresh && before.has_value() == facts.has_value() &&
                    (!facts || (before->same_file(*facts) && before->size == facts->size));
  if (same) return known->second.retired;
  TRY_SET(known->second.retired, read_retired(layout_, project));
  known->second.facts = facts;
  return known->second.retired;
}

Result<std::vector<ProjectId>> Index::projects() {
  TRY_SET(const auto rows, database_.rows("SELECT project FROM projects ORDER BY project"));
  std::vector<ProjectId> projects;
  for (const auto& row : rows) {
    TRY_SET(ProjectId project, stored_id<ProjectId>(text_of(row[0])));
    projects.push_back(std::move(project));
  }
  return projects;
}

Result<std::vector<ClientRow>> Index::clients(const ProjectId& project) {
  TRY_SET(const auto rows,
          database_.rows("SELECT client, state FROM clients WHERE project = ? ORDER BY client",
                         {project.text()}));
  std::vector<ClientRow> clients;
  for (const auto& row : rows) {
    TRY_SET(ClientId client, stored_id<ClientId>(text_of(row[0])));
    clients.push_back({{project, std::move(client)}, text_of(row[1])});
  }
  return clients;
}

Result<std::string> Index::dump() {
  std::string text;
  for (const std::string_view table :
       {"meta", "projects", "clients", "executions", "days", "failures", "failed_tests", "commits"}) {
    TRY_SET(const auto rows, database_.rows(concat("SELECT * FROM ", table)));
    for (const auto& row : rows) {
      text += table;
      for (const auto& value : row) {
        const auto* number = std::get_if<std::int64_t>(&value);
        text += concat('|', number != nullptr ? std::to_string(*number) : text_of(value));
      }
      text += '\n';
    }
  }
  return text;
}

}  // namespace testfarm
