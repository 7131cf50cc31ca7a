// The questions that pages ask of the index. None costs more as the history grows: each has an index that
// holds what it answers (schema/index.sql).
#include <algorithm>

#include "base/text.hpp"
#include "store/index/index.hpp"
#include "store/index/stored_id.hpp"

namespace testfarm {
namespace {

Result<ExecutionKey> key_from(const std::string& project, const std::string& client,
                              const std::string& execution) {
  TRY_SET(ProjectId project_id, stored_id<ProjectId>(project));
  TRY_SET(ClientId client_id, stored_id<ClientId>(client));
  TRY_SET(ExecutionId execution_id, stored_id<ExecutionId>(execution));
  return ExecutionKey{{std::move(project_id), std::move(client_id)}, std::move(execution_id)};
}

template <typename Enum>
std::optional<Enum> value_of(const std::string& name) {
  const auto& names = names_of<Enum>();
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<Enum>(at - names.begin());
}

}  // namespace

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
  TRY_SET(const auto rows, database_.rows(cat("SELECT project, client, execution, branch, started_at, "
                                              "outcome, revision, ended_at, tests FROM executions ",
                                              where),
                                          values));
  std::vector<Brief> briefs;
  briefs.reserve(rows.size());
  for (const auto& row : rows) {
    TRY_SET(ExecutionKey key, key_from(text_of(row[0]), text_of(row[1]), text_of(row[2])));
    briefs.push_back({std::move(key), text_of(row[3]), integer_of(row[4]),
                      value_of<Progress>(text_of(row[5])).value_or(Progress::running), text_of(row[6]),
                      integer_of(row[7]), static_cast<std::uint64_t>(integer_of(row[8]))});
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

Result<std::vector<Brief>> Index::between(const ProjectId& project, Millis from, Millis to,
                                          std::size_t most) {
  return briefs(
      "WHERE project = ? AND started_at >= ? AND started_at < ? ORDER BY started_at DESC, client DESC, "
      "execution DESC LIMIT ?",
      {project.text(), from, to, static_cast<std::int64_t>(most)});
}

Result<std::vector<Brief>> Index::older_than(const Sweep& place, std::size_t most) {
  return briefs(
      "WHERE project = ? AND (started_at, client, execution) < (?, ?, ?) ORDER BY started_at DESC, client "
      "DESC, "
      "execution DESC LIMIT ?",
      {place.project.text(), place.started_at, place.client, place.execution,
       static_cast<std::int64_t>(most)});
}

Result<std::vector<Brief>> Index::of_revision(const ProjectId& project, const std::string& revision,
                                              std::size_t most) {
  return briefs(
      "WHERE project = ? AND revision = ? ORDER BY started_at DESC, client DESC, execution DESC LIMIT ?",
      {project.text(), revision, static_cast<std::int64_t>(most)});
}

Result<std::vector<Brief>> Index::of_revision(const ProjectId& project, const std::string& branch,
                                              const std::string& revision, std::size_t most) {
  return briefs(
      "WHERE project = ? AND revision = ? AND branch = ?"
      " ORDER BY started_at DESC, client DESC, execution DESC LIMIT ?",
      {project.text(), revision, branch, static_cast<std::int64_t>(most)});
}

Result<std::optional<Brief>> Index::oldest_of_revision(const ProjectId& project,
                                                       const std::string& revision) {
  return one("WHERE project = ? AND revision = ? ORDER BY started_at, client, execution LIMIT 1",
             {project.text(), revision});
}

Result<std::vector<ExecutionRow>> Index::latest_rows(const ClientKey& client, std::size_t most) {
  TRY_SET(const auto briefs, latest(client, most));
  std::vector<ExecutionRow> rows;
  rows.reserve(briefs.size());
  for (const Brief& brief : briefs) {
    TRY_SET(auto row, execution_in_short(brief.key));
    if (row) rows.push_back(*std::move(row));
  }
  return rows;
}

Result<std::optional<Millis>> Index::newest_before(const ProjectId& project, Millis moment) {
  TRY_SET(const auto rows,
          database_.rows("SELECT started_at FROM executions WHERE project = ? AND started_at < ?"
                         " ORDER BY started_at DESC LIMIT 1",
                         {project.text(), moment}));
  return rows.empty() ? std::optional<Millis>{} : integer_of(rows[0][0]);
}

Result<std::optional<Millis>> Index::oldest_from(const ProjectId& project, Millis moment) {
  TRY_SET(const auto rows,
          database_.rows("SELECT started_at FROM executions WHERE project = ? AND started_at >= ?"
                         " ORDER BY started_at LIMIT 1",
                         {project.text(), moment}));
  return rows.empty() ? std::optional<Millis>{} : integer_of(rows[0][0]);
}

Result<std::uint64_t> Index::count_until(const ProjectId& project, Millis moment) {
  TRY_SET(const auto rows,
          database_.rows("SELECT coalesce(sum(count), 0) FROM days WHERE project = ? AND day <= ?",
                         {project.text(), moment}));
  return static_cast<std::uint64_t>(integer_of(rows[0][0]));
}

Result<std::vector<DayCount>> Index::days(const ProjectId& project, Millis from, Millis to) {
  TRY_SET(const auto rows,
          database_.rows("SELECT day, client, outcome, count FROM days WHERE project = ? AND day >= ?"
                         " AND day < ? ORDER BY day DESC, client, outcome",
                         {project.text(), from, to}));
  std::vector<DayCount> days;
  for (const auto& row : rows) {
    TRY_SET(ClientId client, stored_id<ClientId>(text_of(row[1])));
    days.push_back({integer_of(row[0]), std::move(client),
                    value_of<Progress>(text_of(row[2])).value_or(Progress::running),
                    static_cast<std::uint64_t>(integer_of(row[3]))});
  }
  return days;
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

}  // namespace testfarm
