#include "generator/site/calendar.hpp"

namespace testfarm {

std::string day_name(Millis at) { return iso_time(at).substr(0, 10); }
Millis day_start(Millis at) { return at - at % day_ms; }

Millis month_start(Millis at) {
  const CivilTime time = civil_time(at);
  return from_civil(time.year, time.month, 1);
}

Millis next_month(Millis at) { return month_start(month_start(at) + 32 * day_ms); }

}  // namespace testfarm
