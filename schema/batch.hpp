// The body of an event POST: lines of events, each ended by a line feed, numbered without a hole.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace testfarm {

struct Batch {
  std::uint64_t from = 0;   // number of the first event
  std::uint64_t next = 0;   // number that the event after the last will have
  std::uint64_t count = 0;  // lines
  bool ends = false;        // the last event ends the execution
  std::string_view lines;   // exactly as sent; borrowed from the body
};

// bad_input naming line and field: "line 3: stats: 'size' must be a finite number".
Result<Batch> decode_batch(std::string_view body, std::uint64_t from);

}  // namespace testfarm
