#include "client/control.hpp"

#include <ctime>
#include <functional>

#include "base/text.hpp"
#include "client/session.hpp"

namespace testfarm {
namespace {

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
    (*session)->send_heartbeat(activity, {}, minutes);
  }
  return {};
}

}  // namespace

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
                concat("--until ", in_quotes(text),
                       " must be a time to come: \"2026-12-24\", \"2026-12-24T18:00\" or \"3d\""));
  TRY(control_clients(
      context, [&](Control& control) { control.away_until = *until; }, Activity::paused,
      static_cast<std::uint64_t>((*until - now) / minute_ms + 1)));
  context.console.say(
      concat("away until ", iso_time(*until), "; nobody is alarmed, `testfarm resume` ends it"));
  return {};
}

}  // namespace testfarm
