// testfarm pause, resume and away: what the owner wants of a client, whether it runs just now or not.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "client/context.hpp"

namespace testfarm {

constexpr std::uint64_t paused_promise = 24 * 60;  // minutes: by then a paused client speaks again

// No execution begins until resumed; a `watch` that runs hears of it within a second. Farms are told.
Status pause_client(const ClientContext& context, bool paused);
// The same until a time, which nobody is alarmed about: "2026-12-24", "2026-12-24T18:00" (local) or "3d".
Status leave(const ClientContext& context, const std::string& until);

}  // namespace testfarm
