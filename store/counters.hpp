// FARM/counters: what came in and what was refused, by reason and hour, for the last day. Of fixed size,
// whatever strangers send. Good enough and no more: an hour's change may lose some counts, a power failure
// all.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/mapped_file.hpp"
#include "base/result.hpp"
#include "store/layout.hpp"

namespace testfarm {

// The order is the file's: new ones go to the end, and the names are those of the problems in replies.
constexpr std::array<std::string_view, 25> counted_names{
    "posts",    "events",    "bytes",          "heartbeats", "registered", "unauthorized", "malformed",
    "bad-name", "truncated", "not-found",      "method",     "wrong-type", "invite",       "gap",
    "conflict", "closed",    "counter",        "too-large",  "full",       "day-limit",    "bad-event",
    "busy",     "no-space",  "server-trouble", "other"};
constexpr std::size_t first_refusal = 5;  // names from here on are reasons of refusals

using Counts = std::array<std::uint64_t, counted_names.size()>;

class Counters {
 public:
  static Result<Counters> open(const Layout& layout, CounterFile::Mode mode = CounterFile::Mode::create);

  void add(std::string_view name, Millis now, std::uint64_t count = 1);
  // Whether nobody, in any process, has spoken of this within the minute: then the caller may, and nobody
  // else.
  bool may_speak(std::string_view name, Millis now);
  // Sums of this hour and the `hours` - 1 before it, 24 at most.
  Counts sum(Millis now, std::uint64_t hours) const;

 private:
  explicit Counters(CounterFile file) : file_(std::move(file)) {}
  CounterFile file_;
};

}  // namespace testfarm
