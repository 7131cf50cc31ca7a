#include "client/watch.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

#include "base/text.hpp"
#include "client/control.hpp"
#include "client/platform/stop.hpp"
#include "client/poll.hpp"
#include "client/reason_to_wait.hpp"
#include "client/session.hpp"
#include "client/turns.hpp"

namespace testfarm {
namespace {

constexpr Millis tick = second_ms / 5;
constexpr Millis heartbeat_while_waiting =
    15 * minute_ms;                            // for the farm's requests, where checks are far apart
constexpr Millis idle_pause = minute_ms;       // of who works back to back and has nothing to do
constexpr Millis owed_pause = 15 * second_ms;  // between two tries to acknowledge
constexpr Millis turn_again = second_ms;       // at whose turn it is
constexpr Millis look_again = minute_ms;       // at hours, load and disk

void nap() {
  const timespec fifth{0, tick * 1'000'000};
  nanosleep(&fifth, nullptr);
}

Millis with_jitter(const Schedule& schedule) {
  const auto span =
      static_cast<std::uint32_t>(std::min(static_cast<double>(schedule.every) * schedule.jitter, 1e9));
  return schedule.every + random_below(2 * span + 1) - span;
}

// Watches one client. Its clock is the boot's, so that a wall clock that jumps neither skips checks nor
// floods them.
class Watch {
 public:
  explicit Watch(Session& session) : session_(session) {}

  // What is due now; false where nothing was.
  void step() {
    session_.follow_requests();
    const Millis now = session_.clock().boot_time();
    if (rest()) return;
    if (session_.has_request())
      return in_turn(RunOptions{.force = true, .branch = {}, .revision = {}, .tasks = {}});
    if (now < next_) return wait(now);
    const std::string why =
        reason_to_wait(session_.definition().schedule, session_.definition().sandbox, session_.clock());
    if (why.empty()) return in_turn({});
    next_ = now + look_again;
    wait(now, why);
  }

 private:
  // Looks at once where it is this client's turn.
  void in_turn(const RunOptions& options) {
    const Path& turns = session_.definition().turns_directory;
    if (turns.empty()) return look(options);
    const auto turn = take_turn(turns, session_.definition().schedule);
    if (turn && *turn) return look(options);
    const Millis now = session_.clock().boot_time();
    next_ = now + turn_again;
    wait(now, turn ? "it is another client's turn" : turn.error().context);
  }

  // Paused or away: told once, and again each day.
  bool rest() {
    const bool away = session_.away_until() > session_.clock().now();
    if (!away && !session_.paused()) {
      if (rested_ != 0) next_ = 0;
      rested_ = 0;
      return false;
    }
    const Millis now = session_.clock().boot_time();
    const Millis what = away ? session_.away_until() : 1;
    if (what != rested_)
      session_.console().remark(away ? concat("away until ", iso_time(session_.away_until()))
                                     : std::string("paused: nothing begins until `testfarm resume`"));
    if (what == rested_ && now < rest_heartbeat_ && (!session_.main().owes() || now < owed_at_)) return true;
    owed_at_ = now + owed_pause;
    rested_ = what;
    rest_heartbeat_ = now + heartbeat_while_waiting;
    const auto minutes =
        away ? static_cast<std::uint64_t>((session_.away_until() - session_.clock().now()) / minute_ms + 1)
             : paused_promise;
    session_.send_heartbeat(Activity::paused, {}, minutes);
    return true;
  }

  void wait(Millis now, const std::string& why) {
    if (why != said_) session_.console().remark(concat("waits: ", why));
    // What was promised does not hold any more.
    if (std::exchange(said_, why) != why) next_heartbeat_ = 0;
    // Nobody knows when it looks; it is heard of in any case.
    promise_ = now + heartbeat_while_waiting;
    wait(now);
  }

  void wait(Millis now) {
    if (now < next_heartbeat_ && (!session_.main().owes() || now < owed_at_)) return;
    next_heartbeat_ = now + heartbeat_while_waiting;
    owed_at_ = now + owed_pause;
    session_.send_heartbeat(Activity::waiting, {},
                            static_cast<std::uint64_t>(std::max<Millis>(promise_ - now, 0) / minute_ms + 1));
  }

  void look(const RunOptions& options) {
    said_.clear();
    session_.run_requested();
    const auto report = poll_and_run(session_, options);
    if (!report)
      session_.console().say(report.error().context);
    else if (report->executions == 0)
      session_.console().remark("nothing new");
    const Millis now = session_.clock().boot_time();
    // Back to back is for executions: who has none, or could not look, waits a little.
    const Millis every = session_.definition().schedule.every;
    const bool idle = !report || report->executions == 0;
    next_ = now + (idle && every == 0 ? idle_pause : with_jitter(session_.definition().schedule));
    promise_ = next_;
    next_heartbeat_ = now + heartbeat_while_waiting;
  }

  Session& session_;
  Millis next_ = 0;            // boot time of the next look
  Millis promise_ = 0;         // boot time by which the farm hears of it again
  Millis next_heartbeat_ = 0;  // of the next heartbeat while waiting
  Millis rested_ = 0;
  Millis rest_heartbeat_ = 0;
  Millis owed_at_ = 0;
  std::string said_;
};

}  // namespace

Status watch(const ClientContext& context) {
  TRY_SET(const auto definitions, chosen_definitions(context));
  if (definitions.size() > 1)
    return fail(ErrorKind::bad_input,
                concat(context.definition_file.string(), " has several clients; name one by --client"));
  TRY_SET(const auto session,
          Session::open(definitions.front(), context.clock, context.console, context.connect));
  for (Watch one(*session); !stop_wanted(); nap()) one.step();
  return {};
}

}  // namespace testfarm
