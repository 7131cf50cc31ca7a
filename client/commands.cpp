#include "client/commands.hpp"

#include <algorithm>
#include <ctime>

#include "base/text.hpp"
#include "client/platform/stop.hpp"
#include "client/session.hpp"

namespace testfarm {
namespace {

constexpr Millis poll = second_ms / 5;
constexpr Millis beat_while_waiting = 15 * minute_ms;  // for the farm's wishes, where checks are far apart
constexpr Millis idle_pause = minute_ms;               // of who works back to back and has nothing to do
constexpr Millis owed_pause = 15 * second_ms;          // between two tries to acknowledge
constexpr Millis look_again = minute_ms;               // at hours, load and disk
constexpr std::uint64_t paused_promise = 24 * 60;      // minutes

void nap() {
  const timespec fifth{0, poll * 1'000'000};
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
    session_.obey();
    const Millis now = session_.clock().boot_time();
    if (rest()) return;
    if (session_.run_requested())
      return look(RunOptions{.force = true, .branch = {}, .revision = {}, .tasks = {}});
    if (now < next_) return wait(now);
    const std::string why =
        reason_to_wait(session_.definition().schedule, session_.definition().sandbox, session_.clock());
    if (why.empty()) return look({});
    if (why != said_)
      session_.console().say(cat(session_.definition().client.client.text(), " waits: ", why));
    said_ = why;
    next_ = now + look_again;
    wait(now);
  }

 private:
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
    if (what == rested_ && now < rest_beat_ && (!session_.main().owes() || now < owed_at_)) return true;
    owed_at_ = now + owed_pause;
    rested_ = what;
    rest_beat_ = now + beat_while_waiting;
    const auto minutes =
        away ? static_cast<std::uint64_t>((session_.away_until() - session_.clock().now()) / minute_ms + 1)
             : paused_promise;
    session_.beat(Activity::paused, {}, minutes);
    return true;
  }

  void wait(Millis now) {
    if (now < next_beat_ && (!session_.main().owes() || now < owed_at_)) return;
    next_beat_ = now + beat_while_waiting;
    owed_at_ = now + owed_pause;
    session_.beat(Activity::waiting, {},
                  static_cast<std::uint64_t>(std::max<Millis>(next_ - now, 0) / minute_ms + 1));
  }

  void look(const RunOptions& options) {
    said_.clear();
    const auto report = look_and_run(session_, options);
    if (!report)
      session_.console().say(report.error().context);
    else if (report->executions == 0)
      session_.console().say(cat(session_.definition().client.client.text(), ": nothing new"));
    const Millis now = session_.clock().boot_time();
    // Back to back is for executions: who has none, or could not look, waits a little.
    const Millis every = session_.definition().schedule.every;
    const bool idle = !report || report->executions == 0;
    next_ = now + (idle && every == 0 ? idle_pause : with_jitter(session_.definition().schedule));
    next_beat_ = now + beat_while_waiting;
  }

  Session& session_;
  Millis next_ = 0;       // boot time of the next look
  Millis next_beat_ = 0;  // of the next heartbeat while waiting
  Millis rested_ = 0;
  Millis rest_beat_ = 0;
  Millis owed_at_ = 0;
  std::string said_;
};

Result<RunReport> run_definition(Definition definition, const ClientContext& context,
                                 const RunOptions& options) {
  TRY_SET(const auto session,
          Session::open(std::move(definition), context.clock, context.console, context.connect));
  return look_and_run(*session, options);
}

// "3d", "2026-12-24", "2026-12-24T18:00" → wall clock.
std::optional<Millis> parse_until(const std::string& text, Millis now) {
  if (const auto seconds = to_seconds(text)) return now + *seconds * second_ms;
  std::tm local{};
  const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M", &local);
  if (end == nullptr) {
    local = {};
    end = strptime(text.c_str(), "%Y-%m-%d", &local);
  }
  if (end == nullptr || *end != '\0') return std::nullopt;
  local.tm_isdst = -1;
  const std::time_t at = std::mktime(&local);
  return at < 0 ? std::nullopt : std::optional<Millis>(Millis{at} * second_ms);
}

// Writes what the owner wants; a watch that runs tells the farm, else we do.
Status control_clients(const ClientContext& context, const std::function<void(Control&)>& change,
                       Activity activity, std::uint64_t minutes) {
  TRY_SET(const auto definitions, chosen_definitions(context));
  for (const Definition& definition : definitions) {
    TRY(make_directories(definition.state_directory));
    Control control = read_control(definition.state_directory);
    change(control);
    TRY(write_control(definition.state_directory, control));
    auto session = Session::open(definition, context.clock, context.console, context.connect);
    if (!session && session.error().kind == ErrorKind::busy) continue;
    if (!session) return fail(std::move(session).error());
    (*session)->beat(activity, {}, minutes);
  }
  return {};
}

}  // namespace

Result<std::vector<Definition>> chosen_definitions(const ClientContext& context) {
  TRY_SET(auto definitions, read_definitions(context.definition_file));
  if (context.client.empty()) return definitions;
  std::string names;
  for (const auto& definition : definitions)
    names += (names.empty() ? "" : ", ") + definition.client.client.text();
  std::erase_if(definitions, [&](const Definition& d) { return d.client.client.text() != context.client; });
  if (!definitions.empty()) return definitions;
  return fail(ErrorKind::not_found, cat("there is no client ", in_quotes(context.client), " in ",
                                        context.definition_file.string(), ", which has: ", names));
}

Result<RunReport> run_once(const ClientContext& context, const RunOptions& options) {
  TRY_SET(const auto definitions, chosen_definitions(context));
  RunReport all;
  for (const Definition& definition : definitions) {
    if (stop_wanted()) break;
    if (definitions.size() > 1) context.console.say("client " + definition.client.client.text());
    TRY_SET(const RunReport report, run_definition(definition, context, options));
    all.executions += report.executions;
    all.worst = std::max(all.worst, report.worst);
    all.reported = all.reported && report.reported;
  }
  return all;
}

Status watch(const ClientContext& context) {
  TRY_SET(const auto definitions, chosen_definitions(context));
  if (definitions.size() > 1)
    return fail(ErrorKind::bad_input,
                cat(context.definition_file.string(), " has several clients; name one by --client"));
  TRY_SET(const auto session,
          Session::open(definitions.front(), context.clock, context.console, context.connect));
  for (Watch one(*session); !stop_wanted(); nap()) one.step();
  return {};
}

Status pause_client(const ClientContext& context, bool paused) {
  TRY(control_clients(
      context,
      [&](Control& control) {
        control.paused = paused;
        if (!paused) control.away_until = 0;
      },
      paused ? Activity::paused : Activity::waiting, paused ? paused_promise : 60));
  context.console.say(paused ? "paused: nothing begins until `testfarm resume`" : "resumed");
  return {};
}

Status leave(const ClientContext& context, const std::string& text) {
  const Millis now = context.clock.now();
  const auto until = parse_until(text, now);
  if (!until || *until <= now)
    return fail(ErrorKind::bad_input,
                cat("--until ", in_quotes(text),
                    " must be a time to come: \"2026-12-24\", \"2026-12-24T18:00\" or \"3d\""));
  TRY(control_clients(
      context, [&](Control& control) { control.away_until = *until; }, Activity::paused,
      static_cast<std::uint64_t>((*until - now) / minute_ms + 1)));
  context.console.say(cat("away until ", iso_time(*until), "; nobody is alarmed, `testfarm resume` ends it"));
  return {};
}

}  // namespace testfarm
