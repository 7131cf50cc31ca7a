#include "store/index/commits.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/text.hpp"
#include "store/index/header_rows.hpp"
#include "store/index/stored_id.hpp"

namespace testfarm {

Result<std::optional<std::string>> Commits::main_repository(const ProjectId& project,
                                                            const std::string& branch) {
  TRY_SET(const auto rows,
          index_.database().rows("SELECT client, execution FROM executions WHERE project = ? AND branch = ?"
                                 " ORDER BY ended_at DESC, client DESC, execution DESC LIMIT 1",
                                 {project.text(), branch}));
  if (rows.empty()) return std::optional<std::string>{};
  TRY_SET(ClientId client, stored_id<ClientId>(text_of(rows[0][0])));
  TRY_SET(ExecutionId execution, stored_id<ExecutionId>(text_of(rows[0][1])));
  TRY_SET(const auto row, index_.execution_in_short({{project, std::move(client)}, std::move(execution)}));
  if (!row || row->summary.repositories.empty()) return std::optional<std::string>{};
  return std::optional(row->summary.repositories[0].name);
}

Result<std::vector<Commit>> Commits::commits(const ProjectId& project, const std::string& branch,
                                             const std::string& repository, Millis from, Millis to,
                                             std::size_t most) {
  TRY_SET(const auto rows,
          index_.database().rows(
              "SELECT revision, at, author, message FROM commits WHERE project = ? AND branch = ?"
              " AND repository = ? AND at >= ? AND at < ? ORDER BY at DESC, revision DESC LIMIT ?",
              {project.text(), branch, repository, from, to, as_limit(most)}));
  std::vector<Commit> commits;
  for (const auto& row : rows)
    commits.push_back({.repository = repository,
                       .revision = text_of(row[0]),
                       .at = integer_of(row[1]),
                       .author = text_of(row[2]),
                       .message = text_of(row[3])});
  return commits;
}

Result<std::optional<Commit>> Commits::commit(const ProjectId& project, const std::string& branch,
                                              const std::string& repository, const std::string& revision) {
  TRY_SET(const auto rows,
          index_.database().rows("SELECT at, author, message FROM commits WHERE project = ? AND branch = ?"
                                 " AND repository = ? AND revision = ?",
                                 {project.text(), branch, repository, revision}));
  if (rows.empty()) return std::optional<Commit>{};
  return Commit{.repository = repository,
                .revision = revision,
                .at = integer_of(rows[0][0]),
                .author = text_of(rows[0][1]),
                .message = text_of(rows[0][2])};
}

}  // namespace testfarm
