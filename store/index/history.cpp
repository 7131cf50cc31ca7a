#include "store/index/history.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/json.hpp"
#include "base/text.hpp"
#include "store/index/header_rows.hpp"
#include "store/index/stored_id.hpp"

namespace testfarm {

// Steps from one branch to the next greater one by the index: costs branches, not executions.
Result<std::vector<std::string>> History::branches(const ClientKey& client) {
  TRY_SET(const auto rows,
          index_.database().rows("WITH RECURSIVE names(branch) AS ("
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

Result<std::vector<ExecutionHeader>> History::latest(const ClientKey& client, const std::string& branch,
                                                     std::size_t most) {
  return read_headers(
      index_.database(),
      "WHERE project = ? AND client = ? AND branch = ? ORDER BY started_at DESC, execution DESC LIMIT ?",
      {client.project.text(), client.client.text(), branch, static_cast<std::int64_t>(most)});
}

static Result<Stats> stats_from(const std::string& text) {
  const auto document = json::Document::parse(text);
  if (!document) return fail(ErrorKind::damaged, concat("stats in the index: ", document.error().context));
  Stats stats;
  document->root().each_member([&](std::string_view name, const json::View& value) {
    if (const auto number = value.as_number()) stats.emplace(name, *number);
  });
  return stats;
}

Result<std::vector<MeasuredExecution>> History::latest_measured(const ClientKey& client,
                                                                const std::string& branch, std::size_t most) {
  TRY_SET(auto headers, latest(client, branch, most));
  // A summary that is no JSON is to be damaged, not an error in the question.
  TRY_SET(const auto rows,
          index_.database().rows(
              "SELECT execution,"
              " iif(json_valid(summary), coalesce(json_extract(summary, '$.stats'), '{}'), summary)"
              " FROM executions WHERE project = ? AND client = ? AND branch = ?"
              " ORDER BY started_at DESC, execution DESC LIMIT ?",
              {client.project.text(), client.client.text(), branch, as_limit(most)}));
  std::vector<MeasuredExecution> measured;
  measured.reserve(headers.size());
  for (std::size_t i = 0; i < std::min(headers.size(), rows.size()); ++i) {
    if (text_of(rows[i][0]) != headers[i].key.execution.text())
      return fail(ErrorKind::damaged, "two orders of one branch differ in the index");
    TRY_SET(Stats stats, stats_from(text_of(rows[i][1])));
    measured.push_back({std::move(headers[i]), std::move(stats)});
  }
  return measured;
}

Result<std::vector<ExecutionHeader>> History::latest(const ClientKey& client, std::size_t most) {
  return read_headers(index_.database(),
                      "WHERE project = ? AND client = ? ORDER BY started_at DESC, execution DESC LIMIT ?",
                      {client.project.text(), client.client.text(), static_cast<std::int64_t>(most)});
}

Result<std::vector<ExecutionHeader>> History::between(const ProjectId& project, Millis from, Millis to,
                                                      std::size_t most) {
  return read_headers(
      index_.database(),
      "WHERE project = ? AND started_at >= ? AND started_at < ? ORDER BY started_at DESC, client DESC, "
      "execution DESC LIMIT ?",
      {project.text(), from, to, static_cast<std::int64_t>(most)});
}

Result<std::vector<ExecutionHeader>> History::older_than(const Sweep& place, std::size_t most) {
  return read_headers(
      index_.database(),
      "WHERE project = ? AND (started_at, client, execution) < (?, ?, ?) ORDER BY started_at DESC, client "
      "DESC, "
      "execution DESC LIMIT ?",
      {place.project.text(), place.started_at, place.client, place.execution,
       static_cast<std::int64_t>(most)});
}

Result<std::vector<ExecutionHeader>> History::of_revision(const ProjectId& project,
                                                          const std::string& revision, std::size_t most) {
  return read_headers(
      index_.database(),
      "WHERE project = ? AND revision = ? ORDER BY started_at DESC, client DESC, execution DESC LIMIT ?",
      {project.text(), revision, static_cast<std::int64_t>(most)});
}

Result<std::vector<ExecutionHeader>> History::of_revision(const ProjectId& project, const std::string& branch,
                                                          const std::string& revision, std::size_t most) {
  return read_headers(index_.database(),
                      "WHERE project = ? AND revision = ? AND branch = ?"
                      " ORDER BY started_at DESC, client DESC, execution DESC LIMIT ?",
                      {project.text(), revision, branch, static_cast<std::int64_t>(most)});
}

Result<std::optional<ExecutionHeader>> History::oldest_of_revision(const ProjectId& project,
                                                                   const std::string& revision) {
  return read_header(index_.database(),
                     "WHERE project = ? AND revision = ? ORDER BY started_at, client, execution LIMIT 1",
                     {project.text(), revision});
}

Result<std::vector<ExecutionRow>> History::latest_rows(const ClientKey& client, std::size_t most) {
  TRY_SET(const auto headers, latest(client, most));
  std::vector<ExecutionRow> rows;
  rows.reserve(headers.size());
  for (const ExecutionHeader& header : headers) {
    TRY_SET(auto row, index_.execution_in_short(header.key));
    if (row) rows.push_back(*std::move(row));
  }
  return rows;
}

Result<std::optional<Millis>> History::newest_before(const ProjectId& project, Millis moment) {
  TRY_SET(const auto rows,
          index_.database().rows("SELECT started_at FROM executions WHERE project = ? AND started_at < ?"
                                 " ORDER BY started_at DESC LIMIT 1",
                                 {project.text(), moment}));
  return rows.empty() ? std::optional<Millis>{} : integer_of(rows[0][0]);
}

Result<std::optional<Millis>> History::oldest_from(const ProjectId& project, Millis moment) {
  TRY_SET(const auto rows,
          index_.database().rows("SELECT started_at FROM executions WHERE project = ? AND started_at >= ?"
                                 " ORDER BY started_at LIMIT 1",
                                 {project.text(), moment}));
  return rows.empty() ? std::optional<Millis>{} : integer_of(rows[0][0]);
}

Result<std::uint64_t> History::count_until(const ProjectId& project, Millis moment) {
  TRY_SET(const auto rows,
          index_.database().rows("SELECT coalesce(sum(count), 0) FROM days WHERE project = ? AND day <= ?",
                                 {project.text(), moment}));
  return static_cast<std::uint64_t>(integer_of(rows[0][0]));
}

Result<std::vector<DayCount>> History::days(const ProjectId& project, Millis from, Millis to) {
  TRY_SET(const auto rows,
          index_.database().rows("SELECT day, client, outcome, count FROM days WHERE project = ? AND day >= ?"
                                 " AND day < ? ORDER BY day DESC, client, outcome",
                                 {project.text(), from, to}));
  std::vector<DayCount> days;
  for (const auto& row : rows) {
    TRY_SET(ClientId client, stored_id<ClientId>(text_of(row[1])));
    days.push_back({.day = integer_of(row[0]),
                    .client = std::move(client),
                    .outcome = progress_from(text_of(row[2])).value_or(Progress::running),
                    .count = static_cast<std::uint64_t>(integer_of(row[3]))});
  }
  return days;
}

Result<std::optional<ExecutionHeader>> History::previous(const ExecutionHeader& of) {
  return read_header(
      index_.database(),
      "WHERE project = ?1 AND client = ?2 AND (started_at, execution) < (?4, ?3) ORDER BY started_at DESC, "
      "execution "
      "DESC LIMIT 1",
      {of.key.owner.project.text(), of.key.owner.client.text(), of.key.execution.text(), of.started_at});
}

Result<std::optional<ExecutionHeader>> History::following(const ExecutionHeader& of) {
  return read_header(
      index_.database(),
      "WHERE project = ?1 AND client = ?2 AND (started_at, execution) > (?4, ?3) ORDER BY started_at, "
      "execution LIMIT 1",
      {of.key.owner.project.text(), of.key.owner.client.text(), of.key.execution.text(), of.started_at});
}

// From one branch to the next greater one, by the index.
Result<std::vector<std::string>> History::branches_of(const ProjectId& project) {
  TRY_SET(const auto rows, index_.database().rows("WITH RECURSIVE names(branch) AS ("
                                                  " SELECT min(branch) FROM executions WHERE project = ?1"
                                                  " UNION ALL SELECT (SELECT min(branch) FROM executions"
                                                  "  WHERE project = ?1 AND branch > names.branch)"
                                                  " FROM names WHERE names.branch IS NOT NULL)"
                                                  " SELECT branch FROM names WHERE branch IS NOT NULL",
                                                  {project.text()}));
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(text_of(row[0]));
  return names;
}

}  // namespace testfarm
