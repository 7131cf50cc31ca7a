// Time. Points in time are milliseconds since 1970-01-01 UTC, durations milliseconds; both as int64.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace testfarm {

using Millis = std::int64_t;

constexpr Millis second_ms = 1000;
constexpr Millis minute_ms = 60 * second_ms;
constexpr Millis hour_ms = 60 * minute_ms;
constexpr Millis day_ms = 24 * hour_ms;

// What programs ask instead of the system, so that tests can move it.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  // Wall clock: may jump.
  virtual Millis now() const = 0;
  // Since some fixed point of this boot, time asleep included: never jumps, means nothing after the next
  // boot.
  virtual Millis boot_time() const = 0;
  // The same without the time asleep: what a command takes, however long the machine was suspended meanwhile.
  virtual Millis awake_time() const = 0;
};

const Clock& system_clock();

// A calendar view of a point in time, UTC.
struct CivilTime {
  int year, month, day, hour, minute, second, weekday;  // month and day from 1; weekday from 0 = Sunday
};
CivilTime civil_time(Millis at);
// Midnight UTC of a day of the proleptic Gregorian calendar.
Millis from_civil(int year, int month, int day);

std::string iso_time(Millis at);      // 2026-11-21T14:20:05Z
std::string compact_time(Millis at);  // 20261121-142005
std::string month_name(Millis at);    // 2026-11
std::optional<Millis> parse_month(std::string_view name);
std::optional<Millis> parse_day(std::string_view name);  // 2026-11-21; nothing for 2026-02-30

}  // namespace testfarm
