#include "store/index/derived_rows.hpp"

#include <algorithm>

namespace testfarm {

// Each revision's time is the commit's, but never after its execution began (clocks of authors), and never
// before the one that it follows in a changelog. Where executions tell different times of one, the latest
// stands.
Status put_commits(Database& database, const ExecutionRow& row) {
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
      return database.run(put, {row.key.owner.project.text(), summary.branch, repository.name, revision,
                                std::int64_t{known}, at, author, message});
    };
    Millis before = 0;
    bool told = false;
    for (auto change = repository.listed_changes.rbegin(); change != repository.listed_changes.rend();
         ++change) {
      before = std::max(std::min(change->time * second_ms, summary.started_at), before + 1);
      told = told || change->revision == repository.revision;
      TRY(put_one(change->revision, true, before, change->author, change->message));
    }
    if (!told && !repository.revision.empty())
      TRY(put_one(repository.revision, false, summary.started_at, {}, {}));
  }
  return {};
}

Status put_failures(Database& database, const ExecutionRow& row) {
  const Summary& summary = row.summary;
  const std::string revision = summary.repositories.empty() ? "" : summary.repositories[0].revision;
  const ExecutionKey& key = row.key;
  for (const Failure& failure : summary.failures)
    TRY(database.run("INSERT OR IGNORE INTO failures VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                     {key.owner.project.text(), summary.branch, failure.fingerprint, key.owner.client.text(),
                      summary.started_at, key.execution.text(), revision, summary.heard_at}));
  for (const std::string& test : summary.failed_tests)
    TRY(database.run("INSERT OR IGNORE INTO failed_tests VALUES (?, ?, ?, ?, ?, ?)",
                     {key.owner.project.text(), key.owner.client.text(), summary.branch, test,
                      summary.started_at, key.execution.text()}));
  return {};
}

Status take_failures(Database& database, const ExecutionRow& row) {
  const Summary& summary = row.summary;
  const ExecutionKey& key = row.key;
  for (const Failure& failure : summary.failures)
    TRY(database.run(
        "DELETE FROM failures WHERE project = ? AND branch = ? AND fingerprint = ? AND client = ?"
        " AND started_at = ? AND execution = ?",
        {key.owner.project.text(), summary.branch, failure.fingerprint, key.owner.client.text(),
         summary.started_at, key.execution.text()}));
  for (const std::string& test : summary.failed_tests)
    TRY(
        database.run("DELETE FROM failed_tests WHERE project = ? AND client = ? AND branch = ? AND test = ?"
                     " AND started_at = ? AND execution = ?",
                     {key.owner.project.text(), key.owner.client.text(), summary.branch, test,
                      summary.started_at, key.execution.text()}));
  return {};
}

}  // namespace testfarm
