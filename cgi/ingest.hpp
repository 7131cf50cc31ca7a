// What each call of a known client does. Requests are authenticated before they come here.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "cgi/request.hpp"
#include "schema/ids.hpp"
#include "store/farm_config.hpp"
#include "store/layout.hpp"

namespace testfarm {

// Everything that a handler needs to know about where it runs.
struct FarmContext {
  const Layout& layout;
  const FarmConfig& config;
  const Clock& clock;
};

Result<Response> take_events(const FarmContext& farm, const ExecutionKey& key, const KeyId& signer,
                             const Request& request);
Result<Response> tell_position(const FarmContext& farm, const ExecutionKey& key);
Result<Response> take_heartbeat(const FarmContext& farm, const ClientKey& client, const Request& request);
// Authenticates by itself: the key comes with the request.
Result<Response> register_client(const FarmContext& farm, const ClientKey& client, const Request& request);

}  // namespace testfarm
