// made.json in the site: when the pages were last looked at, and how often that happens, so that a browser
// can tell a farm where nothing happens from one whose cron stands still. No page depends on it.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/layout.hpp"

namespace testfarm {

// Once a minute at most. How often is remembered in FARM/ticked: a long pause counts as twice the usual one,
// so that an outage is no new habit.
Status note_made(const Layout& layout, const Path& site, Millis now);

}  // namespace testfarm
