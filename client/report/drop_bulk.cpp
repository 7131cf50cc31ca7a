#include "client/report/drop_bulk.hpp"

#include <utility>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "schema/codec.hpp"
#include "schema/limits.hpp"

namespace testfarm {

namespace {

// Bulk after bulk, which becomes one events_lost.
struct Gap {
  std::uint64_t first = 0;  // 0: there is none
  std::uint64_t last = 0;
  Millis at = 0;
};

std::string told(const Gap& gap, std::string_view reason) {
  Event event;
  event.number = gap.first;
  event.at = gap.at;
  event.body = EventsLost{gap.last, std::string(utf8_prefix(reason, limits::message))};
  return encode_event(event) + '\n';
}

bool goes(const Event& event, Keep keep) {
  const bool bulk =
      std::holds_alternative<Output>(event.body) || std::holds_alternative<TestResults>(event.body);
  const bool begins = std::holds_alternative<ExecutionStarted>(event.body) ||
                      std::holds_alternative<TaskStarted>(event.body) ||
                      std::holds_alternative<CommandStarted>(event.body);
  return bulk || (begins && keep == Keep::only_ends);
}

}  // namespace

std::string drop_bulk(std::string_view lines, Keep keep, std::string_view reason) {
  std::string kept;
  Gap gap;
  for (const std::string_view line : split_lines(lines)) {
    const auto event = decode_event(line);
    if (event && goes(*event, keep)) {
      if (gap.first == 0) gap = {event->number, event->number, event->at};
      gap.last = event->number;
      continue;
    }
    if (gap.first != 0) kept += told(gap, std::exchange(reason, {}));
    gap = {};
    kept.append(line) += '\n';
  }
  if (gap.first != 0) kept += told(gap, reason);
  return kept;
}

}  // namespace testfarm
