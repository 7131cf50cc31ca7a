#include "client/session.hpp"

#include <algorithm>
#include <utility>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "client/platform/facts.hpp"
#include "client/platform/own_program.hpp"
#include "client/platform/stop.hpp"
#include "client/sources/clone_marks.hpp"
#include "client/sources/open_source.hpp"

namespace testfarm {

Session::Session(Definition definition, LockFile lock, const Clock& clock, Console& console)
    : definition_(std::move(definition)),
      masking_(definition_.secrets),
      lock_(std::move(lock)),
      clock_(clock),
      console_(console),
      runner_(
          clock,
          [this] {
            // The farm may ask to abort a command that says nothing.
            follow_farm_requests();
            return stop();
          },
          definition_.schedule.low_priority),
      state_(read_state(definition_.state_directory)),
      control_(read_control(definition_.state_directory)) {}

Result<std::unique_ptr<Session>> Session::open(Definition definition, const Clock& clock, Console& console,
                                               const Connect& connect) {
  TRY(make_directories(definition.state_directory));
  TRY(make_directories(definition.sandbox));
  auto lock = LockFile::take(definition.state_directory / "lock", 0);
  if (!lock) return fail(std::move(lock).error().in("another testfarm works for this client"));
  std::unique_ptr<Session> session(new Session(std::move(definition), *std::move(lock), clock, console));
  const Definition& read = session->definition_;
  session->forget_mended_trouble();
  auto sandbox = LockFile::take(read.sandbox / ".testfarm-lock", 0);
  if (!sandbox) return fail(std::move(sandbox).error().in("another testfarm works in this sandbox"));
  session->sandbox_lock_ = *std::move(sandbox);
  if (is_root())
    console.remark(
        "you are root: so are the commands of testfarm.toml and of the repositories; an ordinary user is "
        "enough");
  std::vector<Path> clones;
  for (const auto& repository : read.repositories)
    if (repository.vcs != Vcs::commands) clones.push_back(repository.directory);
  TRY(make_directories(read.marks_directory));
  TRY(mark_older_clones(read.marks_directory, read.state_directory, clones));
  for (const auto& repository : read.repositories)
    session->sources_.push_back(open_source(repository, read, session->runner_, clock,
                                            [&made = *session](const std::string& sentence) {
                                              made.console_.say(made.masking_.masked(sentence));
                                              made.said_of_clones_.push_back(sentence);
                                            }));
  for (std::size_t i = 0; i < read.servers.size(); ++i) {
    const Path spool = spool_directory(read.state_directory, i);
    TRY_SET(auto connection,
            FarmConnection::open(read.servers[i], spool, connect, clock,
                                 [&console](const std::string& line) { console.say(line); }));
    session->connections_.push_back(std::move(connection));
    TRY_SET(const std::uint64_t closed, session->connections_.back()->spool().recover());
    if (closed > 0)
      console.say(concat("closed ", counted(closed, "execution"), " that was cut off, as interrupted"));
  }
  return session;
}

// Whoever changed the definition may have mended what was wrong: it is tried at once.
void Session::forget_mended_trouble() {
  const auto text = read_file(definition_.file);
  const std::string now = text ? to_hex(sha256(*text)) : std::string();
  if (std::exchange(state_.definition, now) != now) state_.trouble.clear();
}

std::string Session::said_of_clones() {
  std::string all;
  for (const std::string& sentence : said_of_clones_) all += concat(all.empty() ? "" : "; ", sentence);
  said_of_clones_.clear();
  return all;
}

Path spool_directory(const Path& state_directory, std::size_t farm) {
  return state_directory / (farm == 0 ? "spool" : concat("spool-", farm + 1));
}

Facts Session::facts() const {
  Facts all = machine_facts();
  for (const auto& [name, value] : definition_.facts) all[name] = masking_.masked(value);
  return all;
}

Status Session::recover_unfinished() {
  if (!unfinished_) return {};
  for (const auto& connection : connections_) TRY(connection->spool().recover());
  unfinished_ = false;
  return {};
}

Status Session::remember() { return write_state(definition_.state_directory, state_); }

bool Session::send_heartbeat(Activity activity, const std::string& execution, std::uint64_t minutes) {
  // As far as a promise may reach.
  constexpr std::uint64_t most_minutes = 366 * 24 * 60;
  {
    const std::scoped_lock lock(heartbeat_mutex_);
    last_heartbeat_ = {.counter = 0,
                       .acknowledged = 0,
                       .activity = activity,
                       .execution = execution,
                       .next_check = std::clamp<std::uint64_t>(minutes, 1, most_minutes),
                       .facts = facts(),
                       .version = TESTFARM_VERSION,
                       .gone = state_.gone};
  }
  return resend_heartbeat();
}

bool Session::resend_heartbeat() {
  Heartbeat beat;
  {
    const std::scoped_lock lock(heartbeat_mutex_);
    beat = last_heartbeat_;
  }
  if (beat.next_check == 0) return false;  // nothing was said yet
  bool heard = false;
  for (const auto& connection : connections_) {
    const bool this_one = connection->send_heartbeat(beat);
    if (connection == connections_.front()) heard = this_one;
  }
  return heard;
}

void Session::runs(const std::string& execution) {
  execution_ = execution;
  abort_ = false;
}

bool Session::stop() const { return abort_ || stop_wanted(); }

bool Session::run_requested() {
  if (requested_.empty()) return false;
  for (const std::string& id : std::exchange(requested_, {})) main().done(id);
  return true;
}

void Session::follow(const ClientRequest& request) {
  switch (request.type) {
    case RequestType::run: requested_.push_back(request.id); return;  // acknowledged when it is begun
    case RequestType::abort:
      if (!execution_.empty() && (request.execution.empty() || request.execution == execution_)) {
        abort_ = true;
        console_.say("the farm asked to abort this execution");
      }
      break;
    case RequestType::pause:
    case RequestType::resume: {
      control_ = read_control(definition_.state_directory);
      control_.paused = request.type == RequestType::pause;
      if (const auto kept = write_control(definition_.state_directory, control_); !kept)
        return console_.say(kept.error().context);
      console_.say(control_.paused ? "the farm asked to pause" : "the farm asked to resume");
      break;
    }
  }
  main().done(request.id);
}

void Session::follow_farm_requests() {
  if (connections_.empty()) return;
  for (const ClientRequest& request : main().take_requests()) follow(request);
}

void Session::follow_requests() {
  follow_farm_requests();
  control_ = read_control(definition_.state_directory);
}

}  // namespace testfarm
