#include "store/index/header_rows.hpp"

#include <algorithm>

#include "base/text.hpp"
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

}  // namespace

std::optional<Progress> progress_from(const std::string& name) {
  const auto& names = names_of<Progress>();
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<Progress>(at - names.begin());
}

Result<std::vector<ExecutionHeader>> read_headers(Database& database, std::string_view where,
                                                  const std::vector<SqlValue>& values) {
  TRY_SET(const auto rows, database.rows(concat("SELECT project, client, execution, branch, started_at, "
                                                "outcome, revision, ended_at, tests FROM executions ",
                                                where),
                                         values));
  std::vector<ExecutionHeader> headers;
  headers.reserve(rows.size());
  for (const auto& row : rows) {
    TRY_SET(ExecutionKey key, key_from(text_of(row[0]), text_of(row[1]), text_of(row[2])));
    headers.push_back({.key = std::move(key),
                       .branch = text_of(row[3]),
                       .started_at = integer_of(row[4]),
                       .progress = progress_from(text_of(row[5])).value_or(Progress::running),
                       .revision = text_of(row[6]),
                       .ended_at = integer_of(row[7]),
                       .tests = static_cast<std::uint64_t>(integer_of(row[8]))});
  }
  return headers;
}

Result<std::optional<ExecutionHeader>> read_header(Database& database, std::string_view where,
                                                   const std::vector<SqlValue>& values) {
  TRY_SET(auto found, read_headers(database, where, values));
  return found.empty() ? std::optional<ExecutionHeader>{} : std::optional(std::move(found.front()));
}

}  // namespace testfarm
