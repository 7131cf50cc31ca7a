#include "generator/tick/watch.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/file.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr Millis look_every = second_ms;
constexpr Millis look_anyway = 5 * minute_ms;  // browsers call a farm dead that never looks (made.hpp)
constexpr Millis least_pause = 100;            // so that a farm that never rests leaves the machine some
constexpr Millis most_pause = 5 * minute_ms;   // after failures in a row

void sleep(Millis duration) { std::this_thread::sleep_for(std::chrono::milliseconds(duration)); }

// Differs when anything a tick would look at has changed: a marker that came or went, a log that grew,
// farm.toml.
Result<std::string> state_of(const Layout& layout) {
  TRY_SET(const auto names, list_directory(layout.open()));
  std::string state;
  for (const auto& name : names) {
    state += name;
    const auto marker = MarkerName::parse(name);
    if (marker && marker->execution) {
      TRY_SET(const auto facts,
              facts_at(layout.log({{marker->project, *marker->client}, *marker->execution})));
      if (facts) state += concat(' ', facts->size);
    }
    state += '\n';
  }
  TRY_SET(const auto config, facts_at(layout.farm_toml()));
  if (config) state += concat(config->modified, ' ', config->inode);
  return state;
}

}  // namespace

Status watch(const Layout& layout, const Clock& clock, const TickOptions& options,
             const std::function<void(const Result<TickReport>&)>& ticked) {
  std::string seen = "not looked yet";
  Millis pause = look_every;
  Millis looked = 0;
  while (!options.stop()) {
    // Taken before the tick: what changes while it runs is seen in the next round.
    TRY_SET(const std::string state, state_of(layout));
    if (state == seen && clock.boot_time() - looked < look_anyway) {
      sleep(look_every);
      continue;
    }
    const auto report = run_tick(layout, clock, options);
    looked = clock.boot_time();
    ticked(report);
    const bool well = report && report->failed == 0;
    if (well && report->finished) seen = state;
    pause = well ? least_pause : std::min(std::max(2 * pause, look_every), most_pause);
    for (Millis slept = 0; slept < pause && !options.stop(); slept += look_every)
      sleep(std::min(look_every, pause - slept));
  }
  return {};
}

}  // namespace testfarm
