// testfarm status and flush: what is kept here, and sending it.
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "client/context.hpp"

namespace testfarm {

// Sends what is in the spool. Answers how many executions are left.
Result<std::uint64_t> flush(const ClientContext& context);

// What is spooled, tested last and parked, whether the client is paused, and whether its farms answer.
Status tell_status(const ClientContext& context);

}  // namespace testfarm
