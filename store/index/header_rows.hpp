// Executions as lists show them, out of the table `executions`: what the topics of the index share.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/index/rows.hpp"
#include "store/index/sqlite.hpp"

namespace testfarm {

// `where`: the statement from WHERE on, with its order and limit; `values` are set in for its question marks.
Result<std::vector<ExecutionHeader>> read_headers(Database& database, std::string_view where,
                                                  const std::vector<SqlValue>& values);
Result<std::optional<ExecutionHeader>> read_header(Database& database, std::string_view where,
                                                   const std::vector<SqlValue>& values);

// The number of a name in the table, or nothing where this program does not know it.
std::optional<Progress> progress_from(const std::string& name);

inline std::int64_t as_limit(std::size_t most) { return static_cast<std::int64_t>(most); }

}  // namespace testfarm
