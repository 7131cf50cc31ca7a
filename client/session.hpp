// One client at work: its definition, its lock, its memory and its farms, held together.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "client/console.hpp"
#include "client/definition/definition.hpp"
#include "client/report/farm_connection.hpp"
#include "client/run/command_runner.hpp"
#include "client/run/masking.hpp"
#include "client/sources/source.hpp"
#include "client/state_file.hpp"

namespace testfarm {

// Where what is to be sent to the first, second … farm of a definition is kept.
Path spool_directory(const Path& state_directory, std::size_t farm);

class Session {
 public:
  // busy where another testfarm works for this client. Closes what a killed one left open.
  static Result<std::unique_ptr<Session>> open(Definition definition, const Clock& clock, Console& console,
                                               const Connect& connect);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Definition& definition() const { return definition_; }
  const Clock& clock() const { return clock_; }
  Console& console() { return console_; }
  CommandRunner& runner() { return runner_; }
  RememberedState& state() { return state_; }
  std::vector<std::unique_ptr<Source>>& sources() { return sources_; }
  std::vector<std::unique_ptr<FarmConnection>>& connections() { return connections_; }
  FarmConnection& main() { return *connections_.front(); }

  const Masking& masking() const { return masking_; }
  // What was done to broken clones since it was asked last, as sentences.
  std::string said_of_clones();
  Facts facts() const;  // masked
  Status remember();
  // To all farms. Whether the main one heard it.
  bool send_heartbeat(Activity activity, const std::string& execution, std::uint64_t minutes);
  // The same that was said last, once more.
  bool resend_heartbeat();

  // What the main farm asks for, followed and acknowledged; and what the owner asked for on this machine.
  void follow_requests();
  // The farm's part of it alone.
  void follow_farm_requests();
  bool paused() const { return control_.paused; }
  Millis away_until() const { return control_.away_until; }
  // Whether somebody asked for an execution; and the same, taking it up: that is answered once.
  bool has_request() const { return !requested_.empty(); }
  bool run_requested();
  // An execution may have been left without its end: mended before the next poll.
  void mark_unfinished() { unfinished_ = true; }
  Status recover_unfinished();
  // Whether the execution that runs shall end: Ctrl-C, or the farm's request.
  bool stop() const;
  void runs(const std::string& execution);

 private:
  Session(Definition definition, LockFile lock, const Clock& clock, Console& console);
  void follow(const ClientRequest& request);
  void forget_mended_trouble();

  Definition definition_;
  Masking masking_;
  LockFile lock_;
  std::optional<LockFile> sandbox_lock_;
  const Clock& clock_;
  Console& console_;
  SystemCommandRunner runner_;
  RememberedState state_;
  Control control_;
  std::vector<std::string> said_of_clones_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<std::unique_ptr<FarmConnection>> connections_;
  std::mutex heartbeat_mutex_;  // of last_heartbeat_, which reporters send again
  Heartbeat last_heartbeat_;
  std::string execution_;               // that runs
  std::vector<std::string> requested_;  // ids of the farm's requests for an execution
  std::atomic<bool> abort_ = false;
  bool unfinished_ = false;
};

}  // namespace testfarm
