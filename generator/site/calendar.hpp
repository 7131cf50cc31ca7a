// Days and months as pages have them: UTC, named as in their files.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace testfarm {

std::string day_name(Millis at);  // 2026-11-21
Millis day_start(Millis at);      // midnights
Millis month_start(Millis at);
Millis next_month(Millis at);  // the first of the month after

}  // namespace testfarm
