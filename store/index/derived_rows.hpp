// Rows of commits, failures and failed tests, made from summaries. They depend on nothing but the summaries,
// in whatever order those come, so that a rebuilt index has the same.
#pragma once

#include "base/result.hpp"
#include "store/index/rows.hpp"
#include "store/index/sqlite.hpp"

namespace testfarm {

Status put_commits(Database& database, const ExecutionRow& row);
Status put_failures(Database& database, const ExecutionRow& row);
// Takes away what put_failures made of an earlier state of the row.
Status take_failures(Database& database, const ExecutionRow& row);

}  // namespace testfarm
