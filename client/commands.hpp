// What testfarm does for the volunteer who types it. Each function is one command.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "client/console.hpp"
#include "client/definition/definition.hpp"
#include "client/report/farm_connection.hpp"
#include "client/round.hpp"

namespace testfarm {

struct ClientContext {
  Path definition_file;
  std::string client;  // of several in the file, only this one; empty: all
  const Clock& clock;
  Console& console;
  Connect connect;
};

struct InitOptions {
  std::string server;
  std::string invite;
};
// Makes key and definition where they are missing and registers. May be repeated after a failure.
Status init_client(const ClientContext& context, const InitOptions& options);

// Reads the definition and says the plan; asks the farms whether they are there.
Status check_client(const ClientContext& context);
// Looks at a farm from this side. Answers how many things are bad.
Result<std::uint64_t> check_farm_address(const ClientContext& context, std::string server);

// One look at the repositories, the executions that follow, and everything in the spool sent.
Result<RunReport> run_once(const ClientContext& context, const RunOptions& options);
// The same into a farm in `directory` on this machine, made where it is missing, and its pages: without any
// web server.
Result<RunReport> run_locally(const ClientContext& context, const RunOptions& options, const Path& directory);

// run_once again and again, when the schedule says so, until it is asked to stop. For one client: several, of
// one definition, are watched by as many processes, so that none is late because another one builds.
Status watch(const ClientContext& context);

// Sends what is in the spool. Answers how many executions are left.
Result<std::uint64_t> flush(const ClientContext& context);

// What is spooled, tested last and parked, whether the client is paused, and whether its farms answer.
Status tell_status(const ClientContext& context);

// No execution begins until resumed; a `watch` that runs hears of it within a second. Farms are told.
Status pause_client(const ClientContext& context, bool paused);
// The same until a time, which nobody is alarmed about: "2026-12-24", "2026-12-24T18:00" (local) or "3d".
Status leave(const ClientContext& context, const std::string& until);

// A systemd user unit that watches from now on (or, with `cron`, the line for a crontab), and how to switch
// it on.
Status install_service(const ClientContext& context, bool cron);

// The definitions that a context means. not_found where it names a client that is not in the file.
Result<std::vector<Definition>> chosen_definitions(const ClientContext& context);

}  // namespace testfarm
