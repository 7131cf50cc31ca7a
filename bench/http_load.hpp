// Load on a server of this machine: keep-alive connections that send prepared requests and wait for each
// answer. One thread, so that it takes little from the server beside it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace testfarm {

struct LoadRequest {
  std::string head;
  std::shared_ptr<const std::string> body;
  std::uint64_t events = 0;  // that it carries
};

// Requests that must come one after the other: of one execution. A connection takes lane after lane.
using Lane = std::vector<LoadRequest>;

struct LoadResult {
  std::uint64_t requests = 0;  // answered within the time, and so are the events
  std::uint64_t events = 0;
  double seconds = 0;
  double p50_ms = 0, p99_ms = 0, worst_ms = 0;
  std::uint64_t all_requests = 0;  // those with which begun lanes were ended afterwards, too
};

// Until `seconds` are over (each lane that was begun is ended all the same, unmeasured) or no lane is left.
// unavailable, quoting the answer, at the first one that is not 2xx.
Result<LoadResult> run_load(int port, const std::vector<Lane>& lanes, std::size_t connections,
                            double seconds);

}  // namespace testfarm
