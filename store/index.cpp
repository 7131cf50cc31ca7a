#include "store/index.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/step.hpp"
#include "base/text.hpp"
#include "schema/index.sql.hpp"

namespace testfarm {

template <>
const std::vector<std::string>& names_of<DueKind>() {
  static const std::vector<std::string> names{"execution", "client", "project", "everything"};
  return names;
}

namespace {

constexpr std::uint64_t index_version = 1;

// A cache needs no sync; TRUNCATE works on any file system, WAL on none of the networked ones
// (sqlite.org/wal.html).
constexpr std::string_view pragmas =
    "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF; PRAGMA trusted_schema = OFF;";

// Ids in the index were checked when they were put there; a row that does not parse is of a damaged file.
template <typename Id>
Result<Id> id_from(const std::string& text) {
  auto id = Id::parse(text);
  if (!id) return fail(ErrorKind::damaged, cat("the index holds a name that is none: ", in_quotes(text)));
  return id;
}

Result<ExecutionKey> key_from(const std::string& project, const std::string& client,
                              const std::string& execution) {
  TRY_SET(ProjectId project_id, id_from<ProjectId>(project));
  TRY_SET(ClientId client_id, id_from<ClientId>(client));
  TRY_SET(ExecutionId execution_id, id_from<ExecutionId>(execution));
  return ExecutionKey{{std::move(project_id), std::move(client_id)}, std::move(execution_id)};
}

template <typename Enum>
std::optional<Enum> value_of(const std::string& name) {
  const auto& names = names_of<Enum>();
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<Enum>(at - names.begin());
}

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
    return fail(ErrorKind::conflict, cat("the index ", path.string(), " is of version ", version,
                                         "; this program knows ", index_version, " and leaves it alone"));
  // BOOT: a cache that is never synced may have lost anything when the power went.
  const bool same_boot = text_of(meta->at(0)[1]) == boot_id() || !step(Step::boot);
  if (version < index_version || !same_boot) return std::optional<Index>{};
  return Index(*std::move(database), *facts, path);
}

Result<Index> Index::create(const Layout& layout) {
  TRY(make_directories(layout.index()));
  // Never a name that was used before: a journal left beside the old file would be rolled back into the new
  // one.
  // UNIQUE.
  const Path path = layout.index() / (step(Step::unique) ? cat(compact_time(system_clock().now()), '-',
                                                               random_name(8), ".sqlite")
                                                         : "1.sqlite");
  TRY_SET(Database database, Database::open(path, Database::Mode::create, 5 * second_ms));
  TRY(database.script(pragmas));
  TRY(database.script(embedded::index_sql));
  TRY(database.run("INSERT INTO meta VALUES ('boot', ?), ('version', ?)",
                   {boot_id(), std::to_string(index_version)}));
  TRY_SET(const auto facts, facts_at(path));
  if (!facts) return fail(ErrorKind::io, cat(path.string(), " went away while it was made"));
  return Index(std::move(database), *facts, path);
}

Status Index::publish(const Layout& layout) {
  const Path fresh = layout.index() / cat("current.tmp-", random_name(8));
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

Result<std::optional<ExecutionRow>> Index::execution(const ExecutionKey& key) {
  TRY_SET(
      const auto rows,
      database_.rows(
          "SELECT offset, closed, summary FROM executions WHERE project = ? AND client = ? AND execution = ?",
          values_of(key)));
  if (rows.empty()) return std::optional<ExecutionRow>{};
  auto summary = decode_summary(text_of(rows[0][2]));
  if (!summary)
    return fail(ErrorKind::damaged,
                cat("index row of ", key.execution.text(), ": ", summary.error().context));
  return ExecutionRow{key, static_cast<std::uint64_t>(integer_of(rows[0][0])), integer_of(rows[0][1]) != 0,
                      *std::move(summary)};
}

Status Index::put(const ExecutionRow& row) {
  TRY(put_project(row.key.owner.project));
  auto values = values_of(row.key);
  const Summary& summary = row.summary;
  values.insert(values.end(),
                {static_cast<std::int64_t>(row.offset), std::int64_t{row.closed}, summary.branch,
                 summary.started_at, name_of(summary.progress),
                 summary.repositories.empty() ? "" : summary.repositories[0].revision, encode(summary)});
  return database_.run("INSERT OR REPLACE INTO executions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values);
}

Status Index::put_client(const ClientRow& row) {
  TRY(put_project(row.key.project));
  return database_.run("INSERT OR REPLACE INTO clients VALUES (?, ?, ?)",
                       {row.key.project.text(), row.key.client.text(), row.state});
}

Status Index::put_project(const ProjectId& project) {
  return database_.run("INSERT OR IGNORE INTO projects VALUES (?)", {project.text()});
}

Result<std::vector<ProjectId>> Index::projects() {
  TRY_SET(const auto rows, database_.rows("SELECT project FROM projects ORDER BY project"));
  std::vector<ProjectId> projects;
  for (const auto& row : rows) {
    TRY_SET(ProjectId project, id_from<ProjectId>(text_of(row[0])));
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
    TRY_SET(ClientId client, id_from<ClientId>(text_of(row[0])));
    clients.push_back({{project, std::move(client)}, text_of(row[1])});
  }
  return clients;
}

// Steps from one branch to the next greater one by the index: costs branches, not executions.
Result<std::vector<std::string>> Index::branches(const ClientKey& client) {
  TRY_SET(const auto rows,
          database_.rows("WITH RECURSIVE names(branch) AS ("
                         " SELECT min(branch) FROM executions WHERE project = ?1 AND client = ?2"
                         " UNION ALL SELECT (SELECT min(branch) FROM executions"
                         "  WHERE project = ?1 AND client = ?2 AND branch > names.branch)"
                         " FROM names WHERE names.branch IS NOT NULL)"
                         " SELECT branch FROM names WHERE branch IS NOT NULL",
                         {client.project.text(), client.client.text()}));
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(text_of(row[0]));
  return names;
}

Result<std::vector<Brief>> Index::briefs(std::string_view where, const std::vector<SqlValue>& values) {
  TRY_SET(const auto rows,
          database_.rows(
              cat("SELECT project, client, execution, branch, started_at, outcome, revision FROM executions ",
                  where),
              values));
  std::vector<Brief> briefs;
  briefs.reserve(rows.size());
  for (const auto& row : rows) {
    TRY_SET(ExecutionKey key, key_from(text_of(row[0]), text_of(row[1]), text_of(row[2])));
    briefs.push_back({std::move(key), text_of(row[3]), integer_of(row[4]),
                      value_of<Progress>(text_of(row[5])).value_or(Progress::running), text_of(row[6])});
  }
  return briefs;
}

Result<std::optional<Brief>> Index::one(std::string_view where, const std::vector<SqlValue>& values) {
  TRY_SET(auto found, briefs(where, values));
  return found.empty() ? std::optional<Brief>{} : std::optional(std::move(found.front()));
}

Result<std::vector<Brief>> Index::latest(const ClientKey& client, const std::string& branch,
                                         std::size_t most) {
  return briefs(
      "WHERE project = ? AND client = ? AND branch = ? ORDER BY started_at DESC, execution DESC LIMIT ?",
      {client.project.text(), client.client.text(), branch, static_cast<std::int64_t>(most)});
}

Result<std::vector<Brief>> Index::latest(const ClientKey& client, std::size_t most) {
  return briefs("WHERE project = ? AND client = ? ORDER BY started_at DESC, execution DESC LIMIT ?",
                {client.project.text(), client.client.text(), static_cast<std::int64_t>(most)});
}

Result<std::vector<Brief>> Index::between(const ProjectId& project, Millis from, Millis to) {
  return briefs(
      "WHERE project = ? AND started_at >= ? AND started_at < ? ORDER BY started_at DESC, client, execution",
      {project.text(), from, to});
}

Result<std::optional<Brief>> Index::last_passed(const ClientKey& client, const std::string& branch) {
  return one(
      "WHERE project = ? AND client = ? AND branch = ? AND outcome = 'passed' ORDER BY started_at DESC LIMIT "
      "1",
      {client.project.text(), client.client.text(), branch});
}

Result<std::optional<Brief>> Index::first_failed_after(const ClientKey& client, const std::string& branch,
                                                       Millis after) {
  return one(
      "WHERE project = ? AND client = ? AND branch = ? AND started_at > ? AND outcome = 'failed' ORDER BY "
      "started_at "
      "LIMIT 1",
      {client.project.text(), client.client.text(), branch, after});
}

Result<std::optional<Brief>> Index::previous(const Brief& of) {
  return one(
      "WHERE project = ?1 AND client = ?2 AND (started_at, execution) < (?4, ?3) ORDER BY started_at DESC, "
      "execution "
      "DESC LIMIT 1",
      {of.key.owner.project.text(), of.key.owner.client.text(), of.key.execution.text(), of.started_at});
}

Result<std::optional<Brief>> Index::following(const Brief& of) {
  return one(
      "WHERE project = ?1 AND client = ?2 AND (started_at, execution) > (?4, ?3) ORDER BY started_at, "
      "execution LIMIT 1",
      {of.key.owner.project.text(), of.key.owner.client.text(), of.key.execution.text(), of.started_at});
}

Result<std::vector<Millis>> Index::months(const ProjectId& project) {
  std::vector<Millis> months;
  std::int64_t before = INT64_MAX;
  for (;;) {
    TRY_SET(const auto rows, database_.rows("SELECT started_at FROM executions WHERE project = ? AND "
                                            "started_at < ? ORDER BY started_at DESC LIMIT 1",
                                            {project.text(), before}));
    if (rows.empty()) return months;
    const CivilTime time = civil_time(integer_of(rows[0][0]));
    before = from_civil(time.year, time.month, 1);
    months.push_back(before);
  }
}

Result<std::vector<ExecutionKey>> Index::executions_after(const ProjectId& project, const std::string& client,
                                                          const std::string& execution, std::size_t most) {
  TRY_SET(const auto rows,
          database_.rows("SELECT project, client, execution FROM executions WHERE project = ? AND (client, "
                         "execution) > (?, ?)"
                         " ORDER BY client, execution LIMIT ?",
                         {project.text(), client, execution, static_cast<std::int64_t>(most)}));
  std::vector<ExecutionKey> keys;
  for (const auto& row : rows) {
    TRY_SET(ExecutionKey key, key_from(text_of(row[0]), text_of(row[1]), text_of(row[2])));
    keys.push_back(std::move(key));
  }
  return keys;
}

Status Index::mark_due(DueKind kind, const std::string& project, const std::string& client,
                       const std::string& execution) {
  return database_.run(
      "INSERT INTO due VALUES (?, ?, ?, ?, 1)"
      " ON CONFLICT (kind, project, client, execution) DO UPDATE SET version = version + 1",
      {name_of(kind), project, client, execution});
}

Result<std::vector<Due>> Index::due() {
  TRY_SET(const auto rows, database_.rows("SELECT kind, project, client, execution, version FROM due"));
  std::vector<Due> all;
  for (const auto& row : rows)
    if (const auto kind = value_of<DueKind>(text_of(row[0])))
      all.push_back({*kind, text_of(row[1]), text_of(row[2]), text_of(row[3]), integer_of(row[4])});
  return all;
}

Status Index::done(const Due& due) {
  return database_.run(
      "DELETE FROM due WHERE kind = ? AND project = ? AND client = ? AND execution = ? AND version = ?",
      {name_of(due.kind), due.project, due.client, due.execution, due.version});
}

Result<std::string> Index::dump() {
  std::string text;
  for (const std::string_view table : {"meta", "projects", "clients", "executions"}) {
    TRY_SET(const auto rows, database_.rows(cat("SELECT * FROM ", table)));
    for (const auto& row : rows) {
      text += table;
      for (const auto& value : row) {
        const auto* number = std::get_if<std::int64_t>(&value);
        text += cat('|', number != nullptr ? std::to_string(*number) : text_of(value));
      }
      text += '\n';
    }
  }
  return text;
}

}  // namespace testfarm
