#include "base/clock.hpp"

#include <ctime>

#include "base/text.hpp"

namespace testfarm {
namespace {

Millis read_clock(clockid_t id) {
  timespec time{};
  clock_gettime(id, &time);
  return Millis{time.tv_sec} * second_ms + time.tv_nsec / 1'000'000;
}

class SystemClock final : public Clock {
 public:
  Millis now() const override { return read_clock(CLOCK_REALTIME); }
  Millis boot_time() const override { return read_clock(CLOCK_BOOTTIME); }
  Millis awake_time() const override { return read_clock(CLOCK_MONOTONIC); }
};

// The number with zeros before it, `width` digits in all; more where it needs more.
std::string digits(int number, std::size_t width) {
  std::string text = std::to_string(number);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

// Both conversions after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": exact over all of
// int64's days that we can meet, and without the C library's time zone state.
CivilTime civil_time(Millis at) {
  const Millis days = (at >= 0 ? at : at - day_ms + 1) / day_ms;
  const Millis rest = at - days * day_ms;
  const Millis z = days + 719468;
  const Millis era = (z >= 0 ? z : z - 146096) / 146097;
  const Millis doe = z - era * 146097;
  const Millis yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const Millis doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const Millis mp = (5 * doy + 2) / 153;
  const int day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  const int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  const int year = static_cast<int>(yoe + era * 400 + (month <= 2 ? 1 : 0));
  const int weekday = static_cast<int>(((days + 4) % 7 + 7) % 7);
  return {.year = year,
          .month = month,
          .day = day,
          .hour = static_cast<int>(rest / hour_ms),
          .minute = static_cast<int>(rest / minute_ms % 60),
          .second = static_cast<int>(rest / second_ms % 60),
          .weekday = weekday};
}

Millis from_civil(int year, int month, int day) {
  const Millis y = month <= 2 ? year - 1 : year;
  const Millis era = (y >= 0 ? y : y - 399) / 400;
  const Millis yoe = y - era * 400;
  const Millis doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const Millis doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return (era * 146097 + doe - 719468) * day_ms;
}

std::string iso_time(Millis at) {
  const CivilTime t = civil_time(at);
  return concat(digits(t.year, 4), '-', digits(t.month, 2), '-', digits(t.day, 2), 'T', digits(t.hour, 2),
                ':', digits(t.minute, 2), ':', digits(t.second, 2), 'Z');
}

std::string compact_time(Millis at) {
  const CivilTime t = civil_time(at);
  return concat(digits(t.year, 4), digits(t.month, 2), digits(t.day, 2), '-', digits(t.hour, 2),
                digits(t.minute, 2), digits(t.second, 2));
}

std::string month_name(Millis at) {
  const CivilTime t = civil_time(at);
  return concat(digits(t.year, 4), '-', digits(t.month, 2));
}

std::optional<Millis> parse_month(std::string_view name) {
  if (name.size() != 7 || name[4] != '-') return std::nullopt;
  const auto year = to_unsigned(name.substr(0, 4));
  const auto month = to_unsigned(name.substr(5));
  if (!year || !month || *month < 1 || *month > 12) return std::nullopt;
  return from_civil(static_cast<int>(*year), static_cast<int>(*month), 1);
}

std::optional<Millis> parse_day(std::string_view name) {
  if (name.size() != 10 || name[7] != '-') return std::nullopt;
  const auto month = parse_month(name.substr(0, 7));
  const auto day = to_unsigned(name.substr(8));
  if (!month || !day || *day < 1 || *day > 31) return std::nullopt;
  const Millis at = *month + static_cast<Millis>(*day - 1) * day_ms;
  return month_name(at) == name.substr(0, 7) ? std::optional(at) : std::nullopt;
}

}  // namespace testfarm
