// A client that sends whole made-up executions in pieces of random size, each until it is acknowledged, some
// of them twice, and remembers what was acknowledged.
#pragma once

#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "client/report/farm_api.hpp"
#include "support/support.hpp"

namespace testfarm {

struct SentExecution {
  ExecutionKey key;
  std::string lines;
  std::uint64_t acknowledged = 0;  // the next that the farm wanted
};

class Writer {
 public:
  Writer(std::unique_ptr<Transport> transport, const std::string& server, const ClientSecret& secret,
         std::uint64_t seed)
      : transport_(std::move(transport)), api_(*transport_, server, secret, system_clock()), dice_(seed) {}

  // Executions until `stop`; the last one is ended all the same.
  void run(const std::atomic<bool>& stop);
  unsigned pause = 0;  // microseconds after each POST
  std::vector<SentExecution> executions;
  std::string complaint;  // of an answer that must not be

 private:
  void send_piece(SentExecution& sent, const std::vector<Event>& events);
  std::unique_ptr<Transport> transport_;
  FarmApi api_;
  std::mt19937_64 dice_;
};

// Every acknowledged event is in its log, once and in order, and in the index; no marker is left. Call it
// after a tick.
void everything_is_whole(const Layout& layout, const std::vector<std::unique_ptr<Writer>>& writers);

}  // namespace testfarm
