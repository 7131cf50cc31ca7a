#include "schema/batch.hpp"

#include "base/text.hpp"
#include "schema/codec.hpp"

namespace testfarm {
namespace {

Status check_order(const Event& event, const Batch& so_far) {
  if (event.number != so_far.next)
    return fail(ErrorKind::bad_input, cat("n: is ", event.number, " where ", so_far.next, " must come"));
  if (so_far.ends) return fail(ErrorKind::bad_input, "n: comes after the event that ends the execution");
  if (std::holds_alternative<ExecutionStarted>(event.body) && event.number != 1)
    return fail(ErrorKind::bad_input, "type: an execution starts with event 1 only");
  const bool may_be_first =
      std::holds_alternative<ExecutionStarted>(event.body) || std::holds_alternative<EventsLost>(event.body);
  if (event.number == 1 && !may_be_first)
    return fail(ErrorKind::bad_input, "type: event 1 must be execution_started");
  return {};
}

}  // namespace

Result<Batch> decode_batch(std::string_view body, std::uint64_t from) {
  if (body.empty()) return fail(ErrorKind::bad_input, "the body has no events");
  if (body.back() != '\n')
    return fail(ErrorKind::bad_input,
                "the last line has no line end: the body was cut short, or was not sent whole");
  Batch batch{from, from, 0, false, body};
  for (std::string_view rest = body; !rest.empty();) {
    const auto end = rest.find('\n');
    const std::string where = cat("line ", batch.count + 1);
    auto event = decode_event(rest.substr(0, end));
    if (!event) return fail(std::move(event).error().in(where));
    if (auto order = check_order(*event, batch); !order) return fail(std::move(order).error().in(where));
    batch.next = event->next();
    batch.ends = event->ends_execution();
    ++batch.count;
    rest.remove_prefix(end + 1);
  }
  return batch;
}

}  // namespace testfarm
