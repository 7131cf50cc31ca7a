// What a run of the generator is to do, and what it did.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.hpp"

namespace testfarm {

struct TickOptions {
  bool full = false;        // every page, whatever is due
  bool dry_run = false;     // say what would be written, and change nothing but the index's own rows
  Millis budget = 0;        // stop after that long and go on in the next run; 0 for no end
  std::size_t threads = 1;  // for many pages; 0 for as many as there are cores
  std::function<void(const std::string&)> say;       // troubles and news, a line each
  std::function<void(const std::string&)> written;   // a page that changed, or would
  std::function<void(const std::string&)> progress;  // a line that replaces the one before
  std::function<bool()> stop;  // asked between pages: whether to end as if the budget had
};

struct TickReport {
  std::uint64_t markers = 0;
  std::uint64_t pages = 0;    // files rendered
  std::uint64_t changed = 0;  // files written or removed, or to be
  std::uint64_t failed = 0;   // pages that could not be written and stay due
  std::uint64_t steps = 0;    // of SQLite
  bool finished = true;       // false where the budget ended before the pages
};

}  // namespace testfarm
