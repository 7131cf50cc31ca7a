// The farm's API as a client calls it: signs requests, tells the farm's own answers from a host's.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "client/report/http.hpp"
#include "client/report/key_file.hpp"
#include "schema/protocol.hpp"

namespace testfarm {

// What came of sending events.
struct Sent {
  enum class Kind : std::uint8_t {
    accepted,  // go on at `next`
    resume,    // the farm wants event `next` (it may have been restored from a backup)
    split,     // too large; `body_limit` says how large it may be
    thin,      // a limit is met: the farm takes what begins and ends something, from `next` on
    refused,   // these events will never be taken: park the execution
    unknown,   // no word of the farm: send the same again, later
  } kind;
  std::uint64_t next = 0;
  bool closed = false;
  std::uint64_t body_limit = 0;
  std::string why;
};

class FarmApi {
 public:
  FarmApi(Transport& transport, std::string server, ClientSecret secret, const Clock& clock)
      : transport_(transport), server_(std::move(server)), secret_(std::move(secret)), clock_(clock) {}

  const ClientSecret& secret() const { return secret_; }
  // See Transport.
  void give_up(bool given_up) { transport_.give_up(given_up); }
  // Told of what comes back with the answers to events.
  void on_requests(std::function<void(const std::vector<ClientRequest>&)> use) {
    on_requests_ = std::move(use);
  }

  // From any thread: requests from now on go there.
  void move_to(const std::string& server);
  // The public half of the farm's identity, as it said last (base64).
  const std::string& farm_key() const { return farm_key_; }

  Result<ServerInfo> server_info();
  // Whether the farm knows this key: asks where an execution stands that there never was.
  Status is_known();
  // What the project offers to start a definition with (store/start_definition.hpp: without who the client
  // is); empty where it offers nothing.
  Result<std::string> start_definition();
  // conflict where the farm once revoked that very key.
  Result<KeyId> register_key(const std::string& invite);
  // `age`: how long ago the execution began.
  Sent send_events(const ExecutionId& execution, std::uint64_t from, std::string_view lines, Millis age);
  // conflict where the counter was not above the farm's: `counter` then has the farm's.
  Result<HeartbeatAnswer> heartbeat(Heartbeat heartbeat, std::uint64_t& counter);

 private:
  Result<HttpAnswer> call(std::string_view method, const std::string& path_and_query,
                          std::string_view content_type, std::string body);
  Result<HttpAnswer> post_events(const std::string& path, std::string_view lines);
  bool as_form_ = false;  // a firewall on the way wants it so
  Transport& transport_;
  std::string server() const;
  std::string server_;
  mutable std::mutex server_mutex_;
  std::string farm_key_;
  ClientSecret secret_;
  const Clock& clock_;
  std::function<void(const std::vector<ClientRequest>&)> on_requests_;
};

}  // namespace testfarm
