// What a client remembers between runs, beside its spool: which revisions it tested last, and its heartbeat
// counter.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

struct RememberedState {
  std::uint64_t counter = 0;
  // branch → repository → revision of the last execution that told something about the code
  std::map<std::string, std::map<std::string, std::string>> tested;
};

// A file that is missing or unreadable is an empty memory: the worst that follows is one execution more.
RememberedState read_state(const Path& directory);
Status write_state(const Path& directory, const RememberedState& state);

}  // namespace testfarm
