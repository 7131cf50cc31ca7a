// What is known of failures and commits: rows made from summaries, and the questions asked of them. Rows
// depend on nothing but the summaries, in whatever order those come, so that a rebuilt index has the same.
#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/text.hpp"
#include "store/index/index.hpp"
#include "store/index/stored_id.hpp"

namespace testfarm {
namespace {

std::int64_t as_limit(std::size_t most) { return static_cast<std::int64_t>(most); }

}  // namespace

// Each revision's time is the commit's, but never after its execution began (clocks of authors), and never
// before the one that it follows in a changelog. Where executions tell different times of one, the latest
// stands.
Status Index::put_commits(const ExecutionRow& row) {
  const Summary& summary = row.summary;
  constexpr std::string_view put =
      "INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
      " at = CASE WHEN known < excluded.known THEN excluded.at WHEN known > excluded.known THEN at"
      "           WHEN known = 1 THEN max(at, excluded.at) ELSE min(at, excluded.at) END,"
      " author = CASE WHEN known < excluded.known THEN excluded.author ELSE author END,"
      " message = CASE WHEN known < excluded.known THEN excluded.message ELSE message END,"
      " known = max(known, excluded.known)";
  for (const RepositorySummary& repository : summary.repositories) {
    const auto put_one = [&](const std::string& revision, bool known, Millis at, const std::string& author,
                             const std::string& message) {
      return database_.run(put, {row.key.owner.project.text(), summary.branch, repository.name, revision,
                                 std::int64_t{known}, at, author, message});
    };
    Millis before = 0;
    bool told = false;
    for (auto change = repository.told.rbegin(); change != repository.told.rend(); ++change) {
      before = std::max(std::min(change->time * second_ms, summary.started_at), before + 1);
      told = told || change->revision == repository.revision;
      TRY(put_one(change->revision, true, before, change->author, change->message));
    }
    if (!told && !repository.revision.empty())
      TRY(put_one(repository.revision, false, summary.started_at, {}, {}));
  }
  return {};
}

Status Index::put_failures(const ExecutionRow& row) {
  const Summary& summary = row.summary;
  const std::string revision = summary.repositories.empty() ? "" : summary.repositories[0].revision;
  const ExecutionKey& key = row.key;
  for (const Failure& failure : summary.failures)
    TRY(database_.run("INSERT OR IGNORE INTO failures VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                      {key.owner.project.text(), summary.branch, failure.fingerprint, key.owner.client.text(),
                       summary.started_at, key.execution.text(), revision, summary.heard_at}));
  for (const std::string& test : summary.failed_tests)
    TRY(database_.run("INSERT OR IGNORE INTO failed_tests VALUES (?, ?, ?, ?, ?, ?)",
                      {key.owner.project.text(), key.owner.client.text(), summary.branch, test,
                       summary.started_at, key.execution.text()}));
  return {};
}

Status Index::take_failures(const ExecutionRow& row) {
  const Summary& summary = row.summary;
  const ExecutionKey& key = row.key;
  for (const Failure& failure : summary.failures)
    TRY(database_.run(
        "DELETE FROM failures WHERE project = ? AND branch = ? AND fingerprint = ? AND client = ?"
        " AND started_at = ? AND execution = ?",
        {key.owner.project.text(), summary.branch, failure.fingerprint, key.owner.client.text(),
         summary.started_at, key.execution.text()}));
  for (const std::string& test : summary.failed_tests)
    TRY(
        database_.run("DELETE FROM failed_tests WHERE project = ? AND client = ? AND branch = ? AND test = ?"
                      " AND started_at = ? AND execution = ?",
                      {key.owner.project.text(), key.owner.client.text(), summary.branch, test,
                       summary.started_at, key.execution.text()}));
  return {};
}

// By outcome, because rows of trouble may be long.
Result<std::vector<Brief>> Index::judged_in(const ClientKey& client, const std::string& branch, Millis from,
                                            Millis to, Millis known, std::size_t most, bool newest) {
  const std::string_view order = newest ? "DESC" : "ASC";
  const std::string where = cat(
      "WHERE project = ? AND client = ? AND branch = ? AND outcome = ? AND started_at >= ? AND started_at < ?"
      " AND ended_at <= ? ORDER BY started_at ",
      order, ", execution ", order, " LIMIT ?");
  std::vector<Brief> all;
  for (const char* outcome : {"passed", "failed"}) {
    TRY_SET(auto some, briefs(where, {client.project.text(), client.client.text(), branch,
                                      std::string(outcome), from, to, known, as_limit(most)}));
    all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  std::sort(all.begin(), all.end(), [newest](const Brief& a, const Brief& b) {
    const auto of_a = std::tie(a.started_at, a.key.execution);
    const auto of_b = std::tie(b.started_at, b.key.execution);
    return newest ? of_b < of_a : of_a < of_b;
  });
  if (all.size() > most) all.erase(all.begin() + static_cast<std::ptrdiff_t>(most), all.end());
  return all;
}

Result<std::vector<Brief>> Index::judged(const ClientKey& client, const std::string& branch, Millis from,
                                         Millis to, Millis known, std::size_t most) {
  return judged_in(client, branch, from, to, known, most, true);
}

Result<std::vector<Brief>> Index::judged_from(const ClientKey& client, const std::string& branch, Millis from,
                                              Millis known, std::size_t most) {
  return judged_in(client, branch, from, always, known, most, false);
}

Result<std::vector<Brief>> Index::of_branch(const ClientKey& client, const std::string& branch, Millis from,
                                            Millis to, Millis known, std::size_t most) {
  return briefs(
      "WHERE project = ? AND client = ? AND branch = ? AND started_at >= ? AND started_at < ?"
      " AND ended_at > 0 AND ended_at <= ? ORDER BY started_at DESC, execution DESC LIMIT ?",
      {client.project.text(), client.client.text(), branch, from, to, known, as_limit(most)});
}

Result<std::optional<Brief>> Index::passed_before(const ClientKey& client, const std::string& branch,
                                                  Millis before, Millis known) {
  return one(
      "WHERE project = ? AND client = ? AND branch = ? AND outcome = 'passed' AND started_at < ?"
      " AND ended_at <= ? ORDER BY started_at DESC LIMIT 1",
      {client.project.text(), client.client.text(), branch, before, known});
}

Result<std::optional<Brief>> Index::passed_from(const ClientKey& client, const std::string& branch,
                                                Millis from, Millis known) {
  return one(
      "WHERE project = ? AND client = ? AND branch = ? AND outcome = 'passed' AND started_at >= ?"
      " AND ended_at <= ? ORDER BY started_at LIMIT 1",
      {client.project.text(), client.client.text(), branch, from, known});
}

// Of the last few hundred, whatever they came to: rows of trouble may be long.
Result<std::vector<Brief>> Index::heard_last(const ProjectId& project, const std::string& branch,
                                             Millis known, std::size_t most) {
  TRY_SET(auto heard, briefs("WHERE project = ? AND branch = ? AND ended_at > 0 AND ended_at <= ?"
                             " ORDER BY ended_at DESC, client DESC, execution DESC LIMIT ?",
                             {project.text(), branch, known, as_limit(4 * most)}));
  std::erase_if(heard, [](const Brief& execution) { return !execution.judged(); });
  if (heard.size() > most) heard.erase(heard.begin() + static_cast<std::ptrdiff_t>(most), heard.end());
  return heard;
}

Result<std::vector<Brief>> Index::heard_after(const ProjectId& project, const std::string& branch,
                                              Millis moment, std::size_t most) {
  return briefs("WHERE project = ? AND branch = ? AND ended_at > ? ORDER BY ended_at LIMIT ?",
                {project.text(), branch, moment, as_limit(most)});
}

// From one branch to the next greater one, by the index.
Result<std::vector<std::string>> Index::branches_of(const ProjectId& project) {
  TRY_SET(const auto rows, database_.rows("WITH RECURSIVE names(branch) AS ("
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

Result<std::vector<ClientId>> Index::clients_with(const ProjectId& project, const std::string& branch,
                                                  const std::string& fingerprint) {
  TRY_SET(const auto rows,
          database_.rows(
              "WITH RECURSIVE names(client) AS ("
              " SELECT min(client) FROM failures WHERE project = ?1 AND branch = ?2 AND fingerprint = ?3"
              " UNION ALL SELECT (SELECT min(client) FROM failures WHERE project = ?1 AND branch = ?2"
              "  AND fingerprint = ?3 AND client > names.client)"
              " FROM names WHERE names.client IS NOT NULL)"
              " SELECT client FROM names WHERE client IS NOT NULL",
              {project.text(), branch, fingerprint}));
  std::vector<ClientId> clients;
  for (const auto& row : rows) {
    TRY_SET(ClientId client, stored_id<ClientId>(text_of(row[0])));
    clients.push_back(std::move(client));
  }
  return clients;
}

Result<std::vector<Sighting>> Index::sightings_by(std::string_view where,
                                                  const std::vector<SqlValue>& values) {
  TRY_SET(const auto rows,
          database_.rows(
              cat("SELECT client, execution, started_at, revision, ended_at FROM failures ", where), values));
  std::vector<Sighting> all;
  for (const auto& row : rows) {
    TRY_SET(ClientId client, stored_id<ClientId>(text_of(row[0])));
    TRY_SET(ExecutionId execution, stored_id<ExecutionId>(text_of(row[1])));
    all.push_back(
        {std::move(client), std::move(execution), integer_of(row[2]), text_of(row[3]), integer_of(row[4])});
  }
  return all;
}

Result<std::vector<Sighting>> Index::sightings(const ProjectId& project, const std::string& branch,
                                               const std::string& fingerprint, Millis known,
                                               std::size_t most) {
  return sightings_by(
      "WHERE project = ? AND branch = ? AND fingerprint = ? AND ended_at <= ?"
      " ORDER BY started_at DESC, client DESC, execution DESC LIMIT ?",
      {project.text(), branch, fingerprint, known, as_limit(most)});
}

Result<std::vector<Sighting>> Index::sightings(const ClientKey& client, const std::string& branch,
                                               const std::string& fingerprint, Millis from, Millis to,
                                               Millis known, std::size_t most) {
  return sightings_by(
      "WHERE project = ? AND branch = ? AND fingerprint = ? AND client = ? AND started_at >= ? AND "
      "started_at < ?"
      " AND ended_at <= ? ORDER BY started_at DESC, execution DESC LIMIT ?",
      {client.project.text(), branch, fingerprint, client.client.text(), from, to, known, as_limit(most)});
}

Result<std::optional<Sighting>> Index::first_sighting(const ProjectId& project, const std::string& branch,
                                                      const std::string& fingerprint, Millis known) {
  TRY_SET(auto found, sightings_by("WHERE project = ? AND branch = ? AND fingerprint = ? AND ended_at <= ?"
                                   " ORDER BY started_at, client, execution LIMIT 1",
                                   {project.text(), branch, fingerprint, known}));
  return found.empty() ? std::optional<Sighting>{} : std::optional(std::move(found.front()));
}

Result<std::optional<Sighting>> Index::first_sighting(const ClientKey& client, const std::string& branch,
                                                      const std::string& fingerprint, Millis from,
                                                      Millis known) {
  TRY_SET(
      auto found,
      sightings_by("WHERE project = ? AND branch = ? AND fingerprint = ? AND client = ? AND started_at >= ?"
                   " AND ended_at <= ? ORDER BY started_at, execution LIMIT 1",
                   {client.project.text(), branch, fingerprint, client.client.text(), from, known}));
  return found.empty() ? std::optional<Sighting>{} : std::optional(std::move(found.front()));
}

// Newest first, among the newest rows: what a client has failed with for years is not read whole.
Result<std::vector<std::string>> Index::fingerprints(const ClientKey& client, const std::string& branch,
                                                     Millis from, Millis to, std::size_t most,
                                                     std::size_t most_rows) {
  TRY_SET(
      const auto rows,
      database_.rows("SELECT fingerprint FROM (SELECT fingerprint, started_at FROM failures WHERE project = ?"
                     " AND client = ? AND branch = ? AND started_at >= ? AND started_at < ?"
                     " ORDER BY started_at DESC LIMIT ?)"
                     " GROUP BY fingerprint ORDER BY max(started_at) DESC, fingerprint LIMIT ?",
                     {client.project.text(), client.client.text(), branch, from, to, as_limit(most_rows),
                      as_limit(most)}));
  std::vector<std::string> fingerprints;
  for (const auto& row : rows) fingerprints.push_back(text_of(row[0]));
  return fingerprints;
}

Result<std::vector<Index::FailedTest>> Index::failed_tests_by(std::string_view where,
                                                              const std::vector<SqlValue>& values) {
  TRY_SET(const auto rows,
          database_.rows(cat("SELECT test, started_at, execution FROM failed_tests ", where), values));
  std::vector<FailedTest> all;
  for (const auto& row : rows) {
    TRY_SET(ExecutionId execution, stored_id<ExecutionId>(text_of(row[2])));
    all.push_back({text_of(row[0]), integer_of(row[1]), std::move(execution)});
  }
  return all;
}

Result<std::vector<Index::FailedTest>> Index::failed_tests(const ClientKey& client, const std::string& branch,
                                                           Millis from, std::size_t most) {
  return failed_tests_by(
      "WHERE project = ? AND client = ? AND branch = ? AND started_at >= ?"
      " ORDER BY started_at DESC, test, execution DESC LIMIT ?",
      {client.project.text(), client.client.text(), branch, from, as_limit(most)});
}

Result<std::optional<Index::FailedTest>> Index::last_failure_of_test(const ClientKey& client,
                                                                     const std::string& branch,
                                                                     const std::string& test, Millis before) {
  TRY_SET(auto found,
          failed_tests_by("WHERE project = ? AND client = ? AND branch = ? AND test = ? AND started_at < ?"
                          " ORDER BY started_at DESC, execution DESC LIMIT 1",
                          {client.project.text(), client.client.text(), branch, test, before}));
  return found.empty() ? std::optional<FailedTest>{} : std::optional(std::move(found.front()));
}

Result<std::optional<Brief>> Index::last_without_failure_of_test(const ClientKey& client,
                                                                 const std::string& branch,
                                                                 const std::string& test, Millis before) {
  return one(
      "WHERE project = ?1 AND client = ?2 AND branch = ?3 AND started_at < ?4"
      " AND tests > 0 AND outcome IN ('passed', 'failed') AND NOT EXISTS (SELECT 1 FROM failed_tests f"
      "  WHERE f.project = ?1 AND f.client = ?2 AND f.branch = ?3 AND f.test = ?5"
      "  AND f.started_at = executions.started_at AND f.execution = executions.execution)"
      " ORDER BY started_at DESC LIMIT 1",
      {client.project.text(), client.client.text(), branch, before, test});
}

Result<std::optional<Index::FailedTest>> Index::first_failure_of_test(const ClientKey& client,
                                                                      const std::string& branch,
                                                                      const std::string& test) {
  TRY_SET(auto found, failed_tests_by("WHERE project = ? AND client = ? AND branch = ? AND test = ?"
                                      " ORDER BY started_at, execution LIMIT 1",
                                      {client.project.text(), client.client.text(), branch, test}));
  return found.empty() ? std::optional<FailedTest>{} : std::optional(std::move(found.front()));
}

Result<std::optional<Brief>> Index::with_tests(const ClientKey& client, const std::string& branch,
                                               Millis moment, bool later) {
  return one(cat("WHERE project = ? AND client = ? AND branch = ? AND started_at ", later ? ">" : "<",
                 " ? AND tests > 0 AND outcome IN ('passed', 'failed') ORDER BY started_at ",
                 later ? "ASC" : "DESC", " LIMIT 1"),
             {client.project.text(), client.client.text(), branch, moment});
}

Result<std::optional<std::string>> Index::main_repository(const ProjectId& project,
                                                          const std::string& branch) {
  TRY_SET(const auto rows,
          database_.rows("SELECT client, execution FROM executions WHERE project = ? AND branch = ?"
                         " ORDER BY ended_at DESC, client DESC, execution DESC LIMIT 1",
                         {project.text(), branch}));
  if (rows.empty()) return std::optional<std::string>{};
  TRY_SET(ClientId client, stored_id<ClientId>(text_of(rows[0][0])));
  TRY_SET(ExecutionId execution, stored_id<ExecutionId>(text_of(rows[0][1])));
  TRY_SET(const auto row, this->execution_in_short({{project, std::move(client)}, std::move(execution)}));
  if (!row || row->summary.repositories.empty()) return std::optional<std::string>{};
  return std::optional(row->summary.repositories[0].name);
}

Result<std::vector<Commit>> Index::commits(const ProjectId& project, const std::string& branch,
                                           const std::string& repository, Millis from, Millis to,
                                           std::size_t most) {
  TRY_SET(const auto rows,
          database_.rows("SELECT revision, at, author, message FROM commits WHERE project = ? AND branch = ?"
                         " AND repository = ? AND at >= ? AND at < ? ORDER BY at DESC, revision DESC LIMIT ?",
                         {project.text(), branch, repository, from, to, as_limit(most)}));
  std::vector<Commit> commits;
  for (const auto& row : rows)
    commits.push_back({repository, text_of(row[0]), integer_of(row[1]), text_of(row[2]), text_of(row[3])});
  return commits;
}

Result<std::optional<Commit>> Index::commit(const ProjectId& project, const std::string& branch,
                                            const std::string& repository, const std::string& revision) {
  TRY_SET(const auto rows,
          database_.rows("SELECT at, author, message FROM commits WHERE project = ? AND branch = ?"
                         " AND repository = ? AND revision = ?",
                         {project.text(), branch, repository, revision}));
  if (rows.empty()) return std::optional<Commit>{};
  return Commit{repository, revision, integer_of(rows[0][0]), text_of(rows[0][1]), text_of(rows[0][2])};
}

}  // namespace testfarm
