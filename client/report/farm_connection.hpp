// One farm that a client reports to: its spool, its connections, its heartbeats, and what it asks for.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "client/definition/definition.hpp"
#include "client/report/farm_api.hpp"
#include "client/report/farm_moves.hpp"
#include "client/report/reporter.hpp"
#include "client/report/spool.hpp"

namespace testfarm {

// How to reach a farm: over the network, or, for `run --local`, by starting its endpoint here.
using Connect = std::function<Result<std::unique_ptr<Transport>>()>;

// A spool of a project or client that the definition named once, or of a farm that it no longer names.
struct SpoolAside {
  Path directory;
  std::string farm;  // "https://ci.example.org project/client"
};
// In the order of their names. `in_use`: spools that the definition's farms have.
Result<std::vector<SpoolAside>> spools_aside(const Path& state_directory, const std::vector<Path>& in_use);

class FarmConnection {
 public:
  using Say = std::function<void(const std::string&)>;
  // `spool` is the directory; it also keeps the counter of the last heartbeat that was acknowledged.
  static Result<std::unique_ptr<FarmConnection>> open(const ServerDefinition& server, const Path& spool,
                                                      const Connect& connect, const Clock& clock, Say say);

  // No more waiting for answers; or, later, waiting again.
  void give_up(bool given_up) {
    api_.give_up(given_up);
    heartbeat_api_.give_up(given_up);
  }
  Spool& spool() { return spool_; }
  FarmApi& api() { return api_; }

  // Sends, twice where the farm has seen a later counter. Whether the farm heard it; that it cannot be
  // reached is said and otherwise ignored. From any thread.
  bool send_heartbeat(Heartbeat heartbeat);

  // What the farm wants and was not done yet, each once.
  std::vector<ClientRequest> take_requests();
  // To be acknowledged with the next heartbeat.
  void done(const std::string& command);
  // Whether something waits to be acknowledged.
  bool owes() const;

 private:
  FarmConnection(const ServerDefinition& server, const ClientSecret& secret, Spool spool, Path counter_file,
                 std::uint64_t counter, std::unique_ptr<Transport> events,
                 std::unique_ptr<Transport> heartbeats, const Clock& clock, Say say);
  void heard(const HeartbeatAnswer& answer, const std::vector<std::string>& done,
             const std::vector<std::string>& unconfirmed);
  void hear(const std::vector<ClientRequest>& commands);

  // Where one is followed, all requests from now on go there.
  bool follow(const std::optional<std::string>& moved);

  Spool spool_;
  const Clock& clock_;
  Say say_;
  std::unique_ptr<Transport> event_transport_;
  std::unique_ptr<Transport> heartbeat_transport_;
  FarmMoves moves_;
  FarmApi api_;
  FarmApi heartbeat_api_;
  std::mutex sending_heartbeat_;
  Path counter_file_;
  std::uint64_t counter_;  // acknowledged
  std::uint64_t used_;
  mutable std::mutex mutex_;  // of what follows
  std::vector<ClientRequest> commands_;
  std::vector<std::string> known_;  // ids that were taken already
  std::vector<std::string> done_;
};

// The client's secret for a server; not_found and bad_input say what to do.
Result<ClientSecret> registered_secret(const ServerDefinition& server);

}  // namespace testfarm
