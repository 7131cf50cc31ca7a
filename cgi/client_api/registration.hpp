// POST …/register: an invite for a key.
#pragma once

#include "base/result.hpp"
#include "cgi/client_api/farm_context.hpp"
#include "cgi/http/request.hpp"
#include "schema/ids.hpp"

namespace testfarm {

// Authenticates by itself: the key comes with the request.
Result<Response> register_client(const FarmContext& farm, const ClientKey& client, const Request& request);

}  // namespace testfarm
