// What testfarm does for the volunteer who types it. Each function is one command.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "client/console.hpp"
#include "client/definition.hpp"
#include "schema/event.hpp"

namespace testfarm {

struct ClientContext {
  Path definition_file;
  const Clock& clock;
  Console& console;
};

struct InitOptions {
  std::string server;
  std::string invite;
};
// Makes key and definition where they are missing and registers. May be repeated after a failure.
Status init_client(const ClientContext& context, const InitOptions& options);

// Reads the definition and says the plan; asks the farm whether it is there.
Status check_client(const ClientContext& context);
// Looks at a farm from this side. Answers how many things are bad.
Result<std::uint64_t> check_farm_address(const ClientContext& context, std::string server);

struct RunOptions {
  bool force = false;  // run also where nothing changed
};
struct RunReport {
  bool ran = false;
  Outcome outcome = Outcome::passed;
  bool reported = false;  // everything is acknowledged by the farm
};
// One look at the repositories, one execution if they changed, and everything in the spool sent.
Result<RunReport> run_once(const ClientContext& context, const RunOptions& options);

// run_once again and again until it is asked to stop.
Status watch(const ClientContext& context);

// Sends what is in the spool. Answers how many executions are left.
Result<std::uint64_t> flush(const ClientContext& context);

// What is spooled, tested last and parked.
Status tell_status(const ClientContext& context);

}  // namespace testfarm
