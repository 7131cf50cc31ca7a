#include "cgi/client_api/events.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "cgi/client_api/answers.hpp"
#include "cgi/http/payload.hpp"
#include "cgi/http/problems.hpp"
#include "schema/batch.hpp"
#include "schema/limits.hpp"
#include "schema/protocol.hpp"
#include "store/log/log_store.hpp"

namespace testfarm {
namespace {

Response refused(int status, std::string_view name, std::string title, std::string detail,
                 std::uint64_t next) {
  ProblemDetails why = problem(status, name, std::move(title), std::move(detail));
  why.next = next;
  return reply(why);
}

// A limit that the execution has met: the client goes on without what the limit is about.
Response limit_reply(const Appended& appended) {
  const LimitMet& met = *appended.met;
  ProblemDetails why = problem(
      413, "full", "The execution has met a limit",
      concat("There may be ", met.limit, ' ', met.of, "; with this it would be ", met.wanted,
             ". Nothing of the body was kept. What ends a command, a task or the execution is still taken, "
             "and so is events_lost for what is left out."));
  why.limit = met.limit;
  why.next = appended.next;
  return reply(why);
}

Response answer_to(const Appended& appended, const Batch& batch, std::vector<ClientRequest> requests) {
  switch (appended.verdict) {
    case Verdict::appended:
    case Verdict::already_there:
      return answer(200, encode(Position{appended.next, appended.closed, std::move(requests)}));
    case Verdict::gap:
      return refused(
          409, "gap", "Events before these are not here yet",
          concat("The body begins with event ", batch.from, "; event ", appended.next, " is wanted next."),
          appended.next);
    case Verdict::conflict:
      return refused(409, "conflict", "An event is here already with other bytes",
                     concat("Nothing of the body was kept. Event ", appended.next, " is wanted next."),
                     appended.next);
    case Verdict::after_end:
      return refused(409, "closed", "The execution has ended",
                     concat("It ended with event ", appended.next - 1, "; nothing can come after it."),
                     appended.next);
    case Verdict::over_limit: return limit_reply(appended);
    case Verdict::not_admitted: break;
  }
  return reply(Error{ErrorKind::internal, "unknown verdict"});
}

// Seconds until the day ends, by UTC.
std::uint64_t rest_of_day(Millis now) {
  return static_cast<std::uint64_t>((day_ms - now % day_ms) / second_ms + 1);
}

Response day_reply(std::string_view what, std::uint64_t limit, Millis now) {
  ProblemDetails why =
      problem(429, "day-limit", "The client has met its limit of a day",
              concat("It may send ", limit, ' ', what, " in a day (UTC). Send the same again tomorrow."));
  why.limit = limit;
  Response response = reply(why);
  response.retry_after = rest_of_day(now);
  return response;
}

// What a client may send in a day. Bulk is refused at the limit, what begins something at twice the limit,
// what ends something never.
Result<std::optional<Response>> over_day_limit(const FarmContext& farm, const ClientKey& client,
                                               const Limits& limits, const Batch& batch, bool first) {
  const Millis now = farm.clock.now();
  TRY_SET(const Usage usage, farm.usage.of_day(client, now));
  if (first && usage.executions >= limits.executions_per_day)
    return day_reply("executions", limits.executions_per_day, now);
  const std::uint64_t bytes = usage.bytes + batch.lines.size();
  if ((batch.bulk && bytes > limits.bytes_per_day) || (batch.begins && bytes > 2 * limits.bytes_per_day))
    return day_reply("bytes", limits.bytes_per_day, now);
  return std::optional<Response>{};
}

// A farm that fills its disk takes other farms and sites of the same host with it.
Result<std::optional<Response>> below_floor(const FarmContext& farm, const Limits& limits) {
  TRY_SET(const FreeSpace space, farm.usage.free_space_now(farm.clock.now()));
  const bool bytes = space.bytes < limits.free_bytes;
  const bool inodes = space.inodes && *space.inodes < limits.free_inodes;
  if (!bytes && !inodes) return std::optional<Response>{};
  ProblemDetails why = problem(507, "no-space", "The farm's disk is nearly full",
                               bytes ? concat(space.bytes, " bytes are free, and the farm keeps ",
                                              limits.free_bytes, " of them. Send the same again later.")
                                     : concat(*space.inodes, " inodes are free, and the farm keeps ",
                                              limits.free_inodes, " of them. Send the same again later."));
  why.limit = bytes ? limits.free_bytes : limits.free_inodes;
  return reply(why);
}

// The limits beyond the execution, asked for what is new: a retry of what is here already passes.
Result<std::optional<Response>> why_not(const FarmContext& farm, const ClientKey& client,
                                        const Limits& limits, const Batch& fresh, bool first) {
  if (!fresh.bulk && !fresh.begins) return std::optional<Response>{};
  TRY_SET(auto day, over_day_limit(farm, client, limits, fresh, first));
  if (day) return day;
  return below_floor(farm, limits);
}

Result<EventsTaken> append(const FarmContext& farm, const ExecutionKey& key, const Batch& batch,
                           const Limits& limits, const Receipt& receipt) {
  std::optional<Response> refusal;
  const auto admit = [&](const Batch& fresh, bool first) -> Result<bool> {
    TRY_SET(refusal, why_not(farm, key.owner, limits, fresh, first));
    return !refusal.has_value();
  };
  const auto appended = append_events(farm.files.layout(), key,
                                      {.batch = batch,
                                       .receipt = receipt,
                                       .durability = farm.files.config().durability,
                                       .limits = {.events = limits.execution_events,
                                                  .bytes = limits.execution_bytes,
                                                  .command_output = limits.command_output,
                                                  .record = limits.record},
                                       .admit = admit});
  if (!appended) return fail(ours(appended.error()));
  if (refusal) return EventsTaken{*std::move(refusal), std::nullopt};
  EventsTaken taken{answer_to(*appended, batch, requests_of(farm, key.owner)), std::nullopt};
  if (appended->verdict == Verdict::appended) {
    taken.response.taken = {
        .posts = 1, .events = batch.count, .bytes = appended->bytes, .heartbeats = 0, .registrations = 0};
    taken.after = AfterEvents{key.owner, {appended->bytes, appended->first ? 1U : 0U}};
  }
  return taken;
}

}  // namespace

Result<EventsTaken> take_events(const FarmContext& farm, const ExecutionKey& key, const std::string& sender,
                                const Request& request) {
  const auto only = [](Response response) { return EventsTaken{std::move(response), std::nullopt}; };
  if (request.content_type != events_media_type && !is_form(request.content_type))
    return only(wrong_type(concat(events_media_type, ", or as the only file of a multipart/form-data")));
  const auto from = to_unsigned(request.query("from").value_or(""));
  const auto age = to_signed(request.query("age").value_or("0"));
  if (!from || *from < 1 || *from > limits::events)
    return only(malformed(
        concat("The query must say from=N, the number of the first event, ", limits::events, " at most.")));
  constexpr std::int64_t longest = 3660 * day_ms;
  if (!age || *age < 0 || *age > longest)
    return only(malformed("age= must be milliseconds since the execution's start, ten years at most."));
  TRY_SET(const Limits limits, farm.files.limits_of(key.owner));
  const auto lines = payload_of(request, limits.body);
  if (!lines && lines.error().kind == ErrorKind::too_large) return only(body_too_large(limits.body));
  if (!lines) return fail(lines.error());
  TRY_SET(const Batch batch, decode_batch(*lines, *from));
  // A Signature beside a token was verified by nobody.
  const std::string signature = request.token.empty() ? request.signature.signature : "";
  return append(farm, key, batch, limits,
                {.at = farm.clock.now(), .age = *age, .key = sender, .sig = signature});
}

Result<Response> tell_position(const FarmContext& farm, const ExecutionKey& key) {
  const auto position = log_position(farm.files.layout(), key, farm.files.config().durability);
  if (!position) return fail(ours(position.error()));
  return answer(200, encode(Position{position->next, position->closed, {}}));
}

}  // namespace testfarm
