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

  // What limits look at. Whatever is neither bulk nor begins something ends something, or says what is lost.
  bool bulk = false;    // holds output or test results
  bool begins = false;  // holds the beginning of an execution, a task or a command
  // Bytes of output text: of the command that was running before the first event; the most of one command
  // that began in here; of the command that runs after the last event.
  std::uint64_t output_before = 0;
  std::uint64_t output_most = 0;
  std::uint64_t output_after = 0;
  bool begins_command = false;
  std::uint64_t largest_bulk = 0;  // bytes of the longest line of output or test results
};

// bad_input naming line and field: "line 3: stats: 'size' must be a finite number".
Result<Batch> decode_batch(std::string_view body, std::uint64_t from);

}  // namespace testfarm
