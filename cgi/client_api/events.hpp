// The calls about an execution's events. Requests are authenticated before they come here.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "cgi/client_api/farm_context.hpp"
#include "cgi/http/request.hpp"
#include "schema/ids.hpp"
#include "store/clients/usage.hpp"

namespace testfarm {

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

}  // namespace testfarm
