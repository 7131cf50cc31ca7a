#include "cgi/ingest.hpp"

#include "base/text.hpp"
#include "cgi/access.hpp"
#include "cgi/problems.hpp"
#include "schema/batch.hpp"
#include "schema/protocol.hpp"
#include "store/client_register.hpp"
#include "store/client_state.hpp"
#include "store/log_store.hpp"

namespace testfarm {
namespace {

Response answer(int status, const std::string& json) {
  return {status, std::string(json_media_type), json + '\n', {}};
}

Response malformed(std::string detail) {
  return reply(problem(400, "malformed", "The request is not of the form that the protocol asks for",
                       std::move(detail)));
}

Response wrong_type(std::string_view wanted) {
  return reply(
      problem(415, "wrong-type", "Another media type is wanted here", cat("Send it as ", wanted, '.')));
}

Response refused(int status, std::string_view name, std::string title, std::string detail,
                 std::uint64_t next) {
  Problem why = problem(status, name, std::move(title), std::move(detail));
  why.next = next;
  return reply(why);
}

Response answer_to(const Appended& appended, const Batch& batch) {
  switch (appended.verdict) {
    case Verdict::appended:
    case Verdict::already_there: return answer(200, encode(Position{appended.next, appended.closed, {}}));
    case Verdict::gap:
      return refused(
          409, "gap", "Events before these are not here yet",
          cat("The body begins with event ", batch.from, "; event ", appended.next, " is wanted next."),
          appended.next);
    case Verdict::conflict:
      return refused(409, "conflict", "An event is here already with other bytes",
                     cat("Nothing of the body was kept. Event ", appended.next, " is wanted next."),
                     appended.next);
    case Verdict::after_end:
      return refused(409, "closed", "The execution has ended",
                     cat("It ended with event ", appended.next - 1, "; nothing can come after it."),
                     appended.next);
  }
  return reply(Error{ErrorKind::internal, "unknown verdict"});
}

}  // namespace

Result<Response> take_events(const FarmContext& farm, const ExecutionKey& key, const KeyId& signer,
                             const Request& request) {
  if (request.content_type != events_media_type) return wrong_type(events_media_type);
  const auto from = to_unsigned(request.query("from").value_or(""));
  const auto age = to_signed(request.query("age").value_or("0"));
  if (!from || *from < 1) return malformed("The query must say from=N, the number of the first event.");
  constexpr std::int64_t longest = 3660 * day_ms;
  if (!age || *age < 0 || *age > longest)
    return malformed("age= must be milliseconds since the execution's start, ten years at most.");
  TRY_SET(const Batch batch, decode_batch(request.body, *from));
  const Receipt receipt{farm.clock.now(), *age, signer.text(), request.signature.signature};
  const auto appended = append_events(farm.layout, key, batch, receipt, farm.config.durability);
  if (appended) return answer_to(*appended, batch);
  // Whatever is wrong with our files is not the sender's fault.
  const ErrorKind kind = appended.error().kind;
  const bool told = kind == ErrorKind::busy || kind == ErrorKind::no_space;
  return fail(told ? kind : ErrorKind::io, appended.error().context);
}

Result<Response> tell_position(const FarmContext& farm, const ExecutionKey& key) {
  TRY_SET(const LogPosition position, log_position(farm.layout, key));
  return answer(200, encode(Position{position.next, position.closed, {}}));
}

Result<Response> take_heartbeat(const FarmContext& farm, const ClientKey& client, const Request& request) {
  if (request.content_type != json_media_type) return wrong_type(json_media_type);
  TRY_SET(const Heartbeat heartbeat, decode<Heartbeat>(request.body));
  TRY_SET(const HeartbeatTaken taken, take_heartbeat(farm.layout, client, heartbeat, farm.clock.now()));
  if (!taken.accepted) {
    Problem why = problem(409, "counter", "The counter must exceed the last one",
                          cat("The last one was ", taken.counter, "."));
    why.counter = taken.counter;
    return reply(why);
  }
  return answer(200, encode(HeartbeatAnswer{iso_time(farm.clock.now()), {}}));
}

Result<Response> register_client(const FarmContext& farm, const ClientKey& client, const Request& request) {
  if (request.content_type != json_media_type) return wrong_type(json_media_type);
  const auto registration = decode<Registration>(request.body);
  const auto bytes = registration ? from_base64(registration->public_key) : std::nullopt;
  const auto key = bytes ? array_from<PublicKey>(*bytes) : std::nullopt;
  if (!key) return malformed("The body must be {\"invite\":\"…\",\"public_key\":\"base64 of 32 bytes\"}.");
  TRY(authenticate_with(*key, farm.config, request, client));
  const auto number = register_key(farm.layout, client, registration->invite, *key, farm.clock.now());
  const bool unknown = !number && (number.error().kind == ErrorKind::not_found ||
                                   number.error().kind == ErrorKind::unauthorized);
  if (unknown)
    return reply(
        problem(403, "invite", "This invite opens nothing",
                "It is unknown here, was used already or is too old. Ask the farm's maintainer for another: "
                "testfarm-admin client invite"));
  if (!number) return fail(number.error());
  return answer(201, encode(Registered{KeyId{client, *number}.text()}));
}

}  // namespace testfarm
