// state.json of a client: what its last heartbeat said. Replaced whole under the client's lock.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/protocol.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct ClientState {
  std::uint64_t counter = 0;
  // Counter of the first heartbeat after we were restored from a copy; 0 when the client has heard of it.
  std::uint64_t restored = 0;
  Millis heard_at = 0;
  Millis deadline = 0;  // the promise: back by then, grace not included
  Activity activity = Activity::waiting;
  std::string execution;
  Facts facts;
  std::string version;
  std::vector<std::string> gone = {};  // branches that its repository has no more
};

std::string encode(const ClientState& state);
// Anything that is no state reads as the one of a client that was never heard.
ClientState decode_client_state(std::string_view text);
Result<ClientState> read_client_state(const Layout& layout, const ClientKey& client);

// Takes a heartbeat: counter checked, marker made, file replaced. The last counter, if it was not exceeded;
// then nothing changed.
struct HeartbeatTaken {
  bool accepted;
  std::uint64_t counter;  // of the last one before
  bool restored;          // the client has yet to hear that we were
};
Result<HeartbeatTaken> take_heartbeat(const Layout& layout, const ClientKey& client,
                                      const Heartbeat& heartbeat, Millis now);

}  // namespace testfarm
