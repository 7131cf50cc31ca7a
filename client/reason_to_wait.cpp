#include "client/reason_to_wait.hpp"

#include <algorithm>
#include <ctime>

#include "base/text.hpp"
#include "client/platform/facts.hpp"

namespace testfarm {
namespace {

int minute_of_local_day(Millis now) {
  const std::time_t seconds = now / second_ms;
  std::tm local{};
  localtime_r(&seconds, &local);
  return local.tm_hour * 60 + local.tm_min;
}

bool within(const std::pair<int, int>& span, int minute) {
  if (span.first <= span.second) return span.first <= minute && minute < span.second;
  return minute >= span.first || minute < span.second;  // over midnight
}

}  // namespace

std::string reason_to_wait(const Schedule& schedule, const Path& sandbox, const Clock& clock) {
  const int minute = minute_of_local_day(clock.now());
  const auto now = [&](const std::pair<int, int>& span) { return within(span, minute); };
  if (!schedule.hours.empty() && std::none_of(schedule.hours.begin(), schedule.hours.end(), now))
    return "it is outside of the hours in testfarm.toml";
  if (schedule.max_load > 0 && load_average() > schedule.max_load) return "the load is above max_load";
  const auto space = free_space(sandbox);
  if (space && space->bytes < schedule.free_disk)
    return concat("only ", space->bytes >> 20, " MiB of disk are free");
  return {};
}

}  // namespace testfarm
