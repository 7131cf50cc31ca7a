#include "store/counters.hpp"

#include <algorithm>

namespace testfarm {
namespace {

// The file: for each name the minute in which somebody spoke of it last; then a slot for each of 25 hours,
// which holds its hour since 1970 and a count for each name. The hour says whether a slot is of now or of
// yesterday.
constexpr std::size_t name_count = counted_names.size();
constexpr std::size_t slots = 25;
constexpr std::size_t slot_size = name_count + 1;

std::size_t number_of(std::string_view name) {
  const auto at = std::find(counted_names.begin(), counted_names.end(), name);
  return std::min(static_cast<std::size_t>(at - counted_names.begin()), name_count - 1);
}

std::uint64_t hour_of(Millis now) { return static_cast<std::uint64_t>(std::max<Millis>(now, 0) / hour_ms); }

}  // namespace

Result<Counters> Counters::open(const Layout& layout, CounterFile::Mode mode) {
  TRY_SET(CounterFile file, CounterFile::open(layout.counters(), name_count + slots * slot_size, mode));
  return Counters(std::move(file));
}

void Counters::add(std::string_view name, Millis now, std::uint64_t count) {
  const std::uint64_t hour = hour_of(now);
  const auto slot = file_.counters().subspan(name_count + hour % slots * slot_size, slot_size);
  std::uint64_t there = slot[0].load();
  // The first of a new hour empties the slot of the one a day ago.
  if (there != hour && slot[0].compare_exchange_strong(there, hour))
    for (auto& old : slot.subspan(1)) old.store(0);
  slot[1 + number_of(name)].fetch_add(count, std::memory_order_relaxed);
}

bool Counters::may_speak(std::string_view name, Millis now) {
  const auto minute = static_cast<std::uint64_t>(std::max<Millis>(now, 0) / minute_ms);
  auto& last = file_.counters()[number_of(name)];
  std::uint64_t spoken = last.load();
  return spoken != minute && last.compare_exchange_strong(spoken, minute);
}

Counts Counters::sum(Millis now, std::uint64_t hours) const {
  Counts counts{};
  const std::uint64_t hour = hour_of(now);
  for (std::uint64_t back = 0; back < std::min<std::uint64_t>(hours, slots - 1) && back <= hour; ++back) {
    const auto slot = file_.counters().subspan(name_count + (hour - back) % slots * slot_size, slot_size);
    if (slot[0].load() != hour - back) continue;
    for (std::size_t i = 0; i < name_count; ++i) counts[i] += slot[1 + i].load();
  }
  return counts;
}

}  // namespace testfarm
