#include "schema/batch.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "schema/codec.hpp"

namespace testfarm {
namespace {

Status check_order(const Event& event, const Batch& so_far) {
  if (event.number != so_far.next)
    return fail(ErrorKind::bad_input, concat("n: is ", event.number, " where ", so_far.next, " must come"));
  if (so_far.ends) return fail(ErrorKind::bad_input, "n: comes after the event that ends the execution");
  if (std::holds_alternative<ExecutionStarted>(event.body) && event.number != 1)
    return fail(ErrorKind::bad_input, "type: an execution starts with event 1 only");
  const bool may_be_first =
      std::holds_alternative<ExecutionStarted>(event.body) || std::holds_alternative<EventsLost>(event.body);
  if (event.number == 1 && !may_be_first)
    return fail(ErrorKind::bad_input, "type: event 1 must be execution_started");
  return {};
}

// How much the event weighs for the limits.
void weigh(const Event& event, std::uint64_t bytes, Batch& batch) {
  const bool begins_command = std::holds_alternative<CommandStarted>(event.body);
  batch.begins = batch.begins || begins_command || std::holds_alternative<TaskStarted>(event.body) ||
                 std::holds_alternative<ExecutionStarted>(event.body);
  if (begins_command) {
    batch.begins_command = true;
    batch.output_after = 0;
  }
  const auto* output = std::get_if<Output>(&event.body);
  if (output != nullptr || std::holds_alternative<TestResults>(event.body)) {
    batch.bulk = true;
    batch.largest_bulk = std::max(batch.largest_bulk, bytes);
  }
  if (output == nullptr) return;
  std::uint64_t& sum = batch.begins_command ? batch.output_after : batch.output_before;
  sum += output->text.size();
  batch.output_most = std::max(batch.output_most, batch.output_after);
}

}  // namespace

Result<Batch> decode_batch(std::string_view body, std::uint64_t from) {
  if (body.empty()) return fail(ErrorKind::bad_input, "the body has no events");
  if (body.back() != '\n')
    return fail(ErrorKind::bad_input,
                "the last line has no line end: the body was cut short, or was not sent whole");
  Batch batch;
  batch.from = batch.next = from;
  batch.lines = body;
  for (std::string_view rest = body; !rest.empty();) {
    const auto end = rest.find('\n');
    const auto where = [&] { return concat("line ", batch.count + 1); };
    auto event = decode_event(rest.substr(0, end));
    if (!event) return fail(std::move(event).error().in(where()));
    if (auto order = check_order(*event, batch); !order) return fail(std::move(order).error().in(where()));
    weigh(*event, end + 1, batch);
    batch.next = event->next();
    batch.ends = event->ends_execution();
    ++batch.count;
    rest.remove_prefix(end + 1);
  }
  return batch;
}

}  // namespace testfarm
