// Brings the spool to the farm. `Delivery` is the plain logic for one execution, tested with a fake network;
// `Reporter` runs it beside an execution, so that a slow or absent farm never holds up a command.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "client/report/drop_bulk.hpp"
#include "client/report/farm_api.hpp"
#include "client/report/http.hpp"
#include "client/report/spool.hpp"
#include "schema/limits.hpp"

namespace testfarm {

// How far an execution has come: the first event that the farm does not have yet, or 1 where nobody knows
// (the farm says it then), and where in the spool's file to look for it.
struct Reached {
  std::uint64_t next = 1;
  std::uint64_t offset = 0;
};

// Sends one execution from where the farm stands.
class Delivery {
 public:
  enum class State : unsigned char {
    up_to_date,  // everything in the spool is acknowledged; more may come
    done,        // to the end
    retry,       // no word of the farm: again later
    parked,      // refused for good
  };
  Delivery(Spool& spool, FarmApi& api, ExecutionId execution, Reached reached = {})
      : spool_(spool),
        api_(api),
        execution_(std::move(execution)),
        next_(reached.next),
        offset_(reached.offset) {}

  // Sends until all is sent that was in the spool, or something is in the way. What comes meanwhile may be
  // left for the next time: an execution that always has more to say is no reason for a request a line.
  Result<State> push();
  // Where the farm stood after the last answer; a delivery that goes on later begins there.
  std::uint64_t next() const { return next_; }
  Reached reached() const { return {next_, offset_}; }
  const std::string& why() const { return why_; }

 private:
  Result<State> refused(const std::string& why);
  Spool& spool_;
  FarmApi& api_;
  ExecutionId execution_;
  std::uint64_t next_;
  std::uint64_t offset_;  // in the spool's file, of an event that is not after next_
  std::size_t body_limit_ = limits::body;
  std::optional<Keep> thin_;  // what the farm takes no more of this execution
  std::string why_thin_;
  std::string why_;
};

// Waits between tries: doubles from one second to a quarter of an hour, give or take a quarter of itself.
class Backoff {
 public:
  Millis next();
  void reset() { step_ = second_ms; }

 private:
  Millis step_ = second_ms;
};

struct Flushed {
  bool reached = true;     // the farm answered for itself; false: later may work
  std::uint64_t left = 0;  // executions still on their way, a running one included
};
// How far the farm acknowledged each execution, as far as this process knows.
using Positions = std::map<ExecutionId, Reached>;
// Everything pending, oldest first, until the farm cannot be reached. Says each obstacle.
Result<Flushed> flush_spool(Spool& spool, FarmApi& api, Positions& positions,
                            const std::function<void(const std::string&)>& say);

class Reporter {
 public:
  // `say` and `quiet` are called from the reporter's thread; `quiet` each minute in which there was nothing
  // to send.
  Reporter(Spool& spool, FarmApi& api, std::function<void(const std::string&)> say,
           std::function<void()> quiet = {});
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;
  ~Reporter();
  // There is something new in the spool.
  void notify();
  // Until all is sent, `patience` is over, or somebody wants to stop and the farm did not answer the last
  // try. Whether all was sent.
  bool finish(Millis patience, const std::function<bool()>& stop);

 private:
  bool wait_for_work(Millis pause);
  void work();
  Spool& spool_;
  FarmApi& api_;
  std::function<void(const std::string&)> say_;
  std::function<void()> quiet_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool news_ = true;
  bool sent_ = false;       // the last try brought everything there was
  bool hindered_ = false;   // the last try did not reach the farm
  bool finishing_ = false;  // nothing more comes: what is there goes at once
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace testfarm
