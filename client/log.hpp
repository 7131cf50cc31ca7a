// testfarm log: what this machine did, from what is kept here: 14 days, also where no farm answers.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "client/context.hpp"

namespace testfarm {

struct LogOptions {
  std::string execution;   // its id, or the beginning or end of it that only one has; "last"; empty: a list
  std::int64_t most = 20;  // of a list
  std::string local;  // the directory of `run --local`, whose executions are meant; empty: those for farms
};

// The newest executions of each client, a line each; or one of them with all of its output, as it was
// reported: without secrets. not_found where there is no such execution.
Status tell_log(const ClientContext& context, const LogOptions& options);

}  // namespace testfarm
