// POST …/heartbeat: what a client is at, and when it will speak again.
#pragma once

#include "base/result.hpp"
#include "cgi/client_api/farm_context.hpp"
#include "cgi/http/request.hpp"
#include "schema/ids.hpp"

namespace testfarm {

// The request is authenticated.
Result<Response> take_heartbeat(const FarmContext& farm, const ClientKey& client, const Request& request);

}  // namespace testfarm
