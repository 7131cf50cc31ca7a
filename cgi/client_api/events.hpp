// What each call of a known client does. Requests are authenticated before they come here.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "cgi/client_api/farm_files.hpp"
#include "cgi/client_api/usage_book.hpp"
#include "cgi/http/request.hpp"
#include "schema/ids.hpp"

namespace testfarm {

// Everything that a handler needs to know about where it runs.
struct FarmContext {
  FarmFiles& files;
  UsageBook& usage;
  const Clock& clock;
};

// What is left to do when the answer is out.
struct AfterEvents {
  ClientKey client;
  Usage usage;
};
struct EventsTaken {
  Response response;
  std::optional<AfterEvents> after;
};

// `sender` is who authenticated, for the log.
Result<EventsTaken> take_events(const FarmContext& farm, const ExecutionKey& key, const std::string& sender,
                                const Request& request);
Result<Response> tell_position(const FarmContext& farm, const ExecutionKey& key);
Result<Response> take_heartbeat(const FarmContext& farm, const ClientKey& client, const Request& request);
// Authenticates by itself: the key comes with the request.
Result<Response> register_client(const FarmContext& farm, const ClientKey& client, const Request& request);

}  // namespace testfarm
