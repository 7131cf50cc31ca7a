// What a client remembers between runs, beside its spool.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

struct RememberedTrouble {
  std::string what;
  Millis at = 0;  // wall clock, when it was told
};

struct RememberedState {
  // branch → repository → revision of the last execution that told something about the code
  std::map<std::string, std::map<std::string, std::string>> tested;
  bool watches_tags = false;                   // from then on new tags are news
  std::map<std::string, Millis> ran;           // branch → when that was, wall clock
  std::map<std::string, std::string> results;  // branch → its outcome
  std::map<std::string, Millis> durations;     // task → how long it took last
  std::string definition;                      // digest of the testfarm.toml that all this was by
  std::vector<std::string> gone;  // branches that were not there when the repository was looked at last
  std::map<std::string, RememberedTrouble> trouble;  // branch → what was told last; gone after a success
};

// A file that is missing or unreadable is an empty memory: the worst that follows is one execution more.
RememberedState read_state(const Path& directory);
Status write_state(const Path& directory, const RememberedState& state);

// What the owner wants of a client that may be running: written by `testfarm pause` and the like, read by
// `watch`.
struct Control {
  bool paused = false;
  Millis away_until = 0;  // wall clock; 0: here
};
Control read_control(const Path& directory);
Status write_control(const Path& directory, const Control& control);

}  // namespace testfarm
