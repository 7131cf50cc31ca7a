#include "store/index/failures.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/text.hpp"
#include "store/index/header_rows.hpp"
#include "store/index/stored_id.hpp"

namespace testfarm {

Result<std::vector<Occurrence>> Failures::occurrences_by(std::string_view where,
                                                         const std::vector<SqlValue>& values) {
  TRY_SET(
      const auto rows,
      index_.database().rows(
          concat("SELECT client, execution, started_at, revision, ended_at FROM failures ", where), values));
  std::vector<Occurrence> all;
  for (const auto& row : rows) {
    TRY_SET(ClientId client, stored_id<ClientId>(text_of(row[0])));
    TRY_SET(ExecutionId execution, stored_id<ExecutionId>(text_of(row[1])));
    all.push_back(
        {std::move(client), std::move(execution), integer_of(row[2]), text_of(row[3]), integer_of(row[4])});
  }
  return all;
}

Result<std::vector<ClientId>> Failures::clients_with(const ProjectId& project, const std::string& branch,
                                                     const std::string& fingerprint) {
  TRY_SET(const auto rows,
          index_.database().rows(
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

Result<std::vector<Occurrence>> Failures::occurrences(const ProjectId& project, const std::string& branch,
                                                      const std::string& fingerprint, Millis known,
                                                      std::size_t most) {
  return occurrences_by(
      "WHERE project = ? AND branch = ? AND fingerprint = ? AND ended_at <= ?"
      " ORDER BY started_at DESC, client DESC, execution DESC LIMIT ?",
      {project.text(), branch, fingerprint, known, as_limit(most)});
}

Result<std::vector<Occurrence>> Failures::occurrences(const ClientKey& client, const std::string& branch,
                                                      const std::string& fingerprint, Millis from, Millis to,
                                                      Millis known, std::size_t most) {
  return occurrences_by(
      "WHERE project = ? AND branch = ? AND fingerprint = ? AND client = ? AND started_at >= ? AND "
      "started_at < ?"
      " AND ended_at <= ? ORDER BY started_at DESC, execution DESC LIMIT ?",
      {client.project.text(), branch, fingerprint, client.client.text(), from, to, known, as_limit(most)});
}

Result<std::optional<Occurrence>> Failures::first_occurrence(const ProjectId& project,
                                                             const std::string& branch,
                                                             const std::string& fingerprint, Millis known) {
  TRY_SET(auto found, occurrences_by("WHERE project = ? AND branch = ? AND fingerprint = ? AND ended_at <= ?"
                                     " ORDER BY started_at, client, execution LIMIT 1",
                                     {project.text(), branch, fingerprint, known}));
  return found.empty() ? std::optional<Occurrence>{} : std::optional(std::move(found.front()));
}

Result<std::optional<Occurrence>> Failures::first_occurrence(const ClientKey& client,
                                                             const std::string& branch,
                                                             const std::string& fingerprint, Millis from,
                                                             Millis known) {
  TRY_SET(
      auto found,
      occurrences_by("WHERE project = ? AND branch = ? AND fingerprint = ? AND client = ? AND started_at >= ?"
                     " AND ended_at <= ? ORDER BY started_at, execution LIMIT 1",
                     {client.project.text(), branch, fingerprint, client.client.text(), from, known}));
  return found.empty() ? std::optional<Occurrence>{} : std::optional(std::move(found.front()));
}

// Newest first, among the newest rows: what a client has failed with for years is not read whole.
Result<std::vector<std::string>> Failures::fingerprints(const ClientKey& client, const std::string& branch,
                                                        Millis from, Millis to, std::size_t most,
                                                        std::size_t most_rows) {
  TRY_SET(const auto rows,
          index_.database().rows(
              "SELECT fingerprint FROM (SELECT fingerprint, started_at FROM failures WHERE project = ?"
              " AND client = ? AND branch = ? AND started_at >= ? AND started_at < ?"
              " ORDER BY started_at DESC LIMIT ?)"
              " GROUP BY fingerprint ORDER BY max(started_at) DESC, fingerprint LIMIT ?",
              {client.project.text(), client.client.text(), branch, from, to, as_limit(most_rows),
               as_limit(most)}));
  std::vector<std::string> fingerprints;
  for (const auto& row : rows) fingerprints.push_back(text_of(row[0]));
  return fingerprints;
}

}  // namespace testfarm
