#include "client/report/farm_api.hpp"

#include <optional>

#include "base/text.hpp"
#include "base/toml.hpp"
#include "schema/form.hpp"
#include "schema/signature.hpp"

namespace testfarm {
namespace {

constexpr std::string_view no_such_address = "urn:testfarm:not-found";

// The farm's own problem, if this answer is one. Anything else of status 400 and up is a host's word.
std::optional<ProblemDetails> problem_in(const HttpAnswer& answer) {
  if (!answer.content_type.starts_with(problem_media_type)) return std::nullopt;
  auto problem = decode<ProblemDetails>(answer.body);
  if (!problem || !problem->type.starts_with(problem_prefix)) return std::nullopt;
  return *std::move(problem);
}

std::string describe(const HttpAnswer& answer) {
  if (const auto problem = problem_in(answer))
    return concat(
        problem->title, ". ", problem->detail,
        problem->status == 401
            ? " If it stays so, ask the farm's maintainer for an invite and type `testfarm init` with it."
            : "");
  return concat("an answer that is not the farm's own: HTTP ", answer.status, ", ",
                in_quotes(answer.body.substr(0, answer.body.find('\n'))));
}

Error error_of(const HttpAnswer& answer, const std::string& server) {
  const auto problem = problem_in(answer);
  const bool away = !problem || problem->status >= 500 || problem->type == no_such_address;
  const ErrorKind kind = away                     ? ErrorKind::unavailable
                         : problem->status == 401 ? ErrorKind::unauthorized
                         : problem->status == 409 ? ErrorKind::conflict
                                                  : ErrorKind::bad_input;
  return {kind, concat(server, " answered: ", describe(answer))};
}

Sent sent_of(const HttpAnswer& answer) {
  if (answer.status == 200)
    if (const auto position = decode<Position>(answer.body))
      return {
          .kind = Sent::Kind::accepted, .next = position->next, .closed = position->closed, .body_limit = 0};
  const std::string why = describe(answer);
  const auto problem = problem_in(answer);
  // Who is not known may be known again tomorrow, when a key or an address is put right: no reason to give up
  // a run.
  const bool unknown_sender = problem && problem->status == 401;
  // Of the address, and not of what was sent there: the farm may have moved, and not all of its processes
  // know.
  const bool no_address = problem && problem->type == no_such_address;
  const bool cut_on_its_way = problem && problem->type == "urn:testfarm:truncated";
  if (!problem || problem->status >= 500 || problem->status == 429 || cut_on_its_way || unknown_sender ||
      no_address)
    return {.kind = Sent::Kind::unknown, .next = 0, .closed = false, .body_limit = 0, .why = why};
  if (problem->type == "urn:testfarm:gap")
    return {.kind = Sent::Kind::resume, .next = problem->next, .closed = false, .body_limit = 0, .why = why};
  if (problem->type == "urn:testfarm:full")
    return {.kind = Sent::Kind::thin, .next = problem->next, .closed = false, .body_limit = 0, .why = why};
  if (problem->status == 413 && problem->body_limit > 0)
    return {
        .kind = Sent::Kind::split, .next = 0, .closed = false, .body_limit = problem->body_limit, .why = why};
  return {.kind = Sent::Kind::refused, .next = problem->next, .closed = false, .body_limit = 0, .why = why};
}

}  // namespace

void FarmApi::move_to(const std::string& server) {
  const std::scoped_lock lock(server_mutex_);
  server_ = server;
}

std::string FarmApi::server() const {
  const std::scoped_lock lock(server_mutex_);
  return server_;
}

Result<HttpAnswer> FarmApi::call(std::string_view method, const std::string& path_and_query,
                                 std::string_view content_type, std::string body) {
  const std::string target = server() + path_and_query;
  const SignatureParameters parameters{clock_.now(), random_name(12), secret_.id.text()};
  const auto signature =
      sign_request({.method = method, .target_uri = target, .content_type = content_type, .body = body},
                   parameters, secret_.keys.secret_key);
  HttpRequest request{.method = std::string(method), .url = target, .body = std::move(body)};
  if (!content_type.empty()) request.headers.emplace_back("Content-Type", content_type);
  request.headers.emplace_back("Content-Digest", signature.content_digest);
  request.headers.emplace_back("Signature-Input", signature.signature_input);
  request.headers.emplace_back("Signature", signature.signature);
  return transport_.send(request);
}

Result<ServerInfo> FarmApi::server_info() {
  TRY_SET(const HttpAnswer answer, transport_.send({.method = "GET", .url = server() + "/api/1/"}));
  if (answer.status == 200)
    if (auto info = decode<ServerInfo>(answer.body)) return info;
  return fail(error_of(answer, server()));
}

Status FarmApi::is_known() {
  const ExecutionKey nobodys{secret_.id.owner, ExecutionId::make(clock_.now())};
  TRY_SET(const HttpAnswer answer, call("GET", events_path(nobodys), {}, {}));
  return answer.status == 200 ? Status() : Status(fail(error_of(answer, server())));
}

Result<std::string> FarmApi::start_definition() {
  constexpr std::size_t most = 64 << 10;
  const std::string address = concat(server(), '/', secret_.id.owner.project.text(), "/start.txt");
  TRY_SET(HttpAnswer answer, transport_.send({.method = "GET", .url = address}));
  // A host may answer with a page of its own what it does not have.
  if (answer.status != 200 || !answer.content_type.starts_with("text/plain")) return std::string();
  if (answer.body.size() > most)
    return fail(ErrorKind::too_large, concat(address, " has more than ", most >> 10, " KiB"));
  TRY(toml_file::parse(answer.body, address));
  return std::move(answer.body);
}

Result<KeyId> FarmApi::register_key(const std::string& invite) {
  const Registration registration{invite, to_base64(bytes_of(secret_.keys.public_key))};
  TRY_SET(const HttpAnswer answer,
          call("POST", api_path(secret_.id.owner) + "/register", json_media_type, encode(registration)));
  if (answer.status != 201) return fail(error_of(answer, server()));
  TRY_SET(const Registered registered, decode<Registered>(answer.body));
  TRY_SET(KeyId id, KeyId::parse(registered.key_id));
  farm_key_ = registered.farm_key;
  secret_.id = id;
  return id;
}

// Where somebody who is not the farm refuses the media type, the same goes as a form, from then on first.
Result<HttpAnswer> FarmApi::post_events(const std::string& path, std::string_view lines) {
  const auto send = [&](bool form) {
    if (!form) return call("POST", path, events_media_type, std::string(lines));
    Form wrapped = as_form(lines);
    return call("POST", path, wrapped.content_type, std::move(wrapped.body));
  };
  auto answer = send(as_form_);
  if (!answer || problem_in(*answer)) return answer;
  if (answer->status != 403 && answer->status != 406 && answer->status != 415) return answer;
  auto other = send(!as_form_);
  if (!other || (other->status >= 400 && !problem_in(*other))) return answer;
  as_form_ = !as_form_;
  return other;
}

Sent FarmApi::send_events(const ExecutionId& execution, std::uint64_t from, std::string_view lines,
                          Millis age) {
  const std::string path = concat(events_path({secret_.id.owner, execution}), "?from=", from, "&age=", age);
  const auto answer = post_events(path, lines);
  if (!answer)
    return {.kind = Sent::Kind::unknown,
            .next = 0,
            .closed = false,
            .body_limit = 0,
            .why = answer.error().context};
  if (on_requests_ && answer->status == 200)
    if (const auto position = decode<Position>(answer->body); position && !position->commands.empty())
      on_requests_(position->commands);
  return sent_of(*answer);
}

Result<HeartbeatAnswer> FarmApi::heartbeat(Heartbeat heartbeat, std::uint64_t& counter) {
  heartbeat.counter = counter;
  TRY_SET(const HttpAnswer answer,
          call("POST", api_path(secret_.id.owner) + "/heartbeat", json_media_type, encode(heartbeat)));
  if (answer.status == 200) return decode<HeartbeatAnswer>(answer.body);
  if (const auto problem = problem_in(answer); problem && problem->counter > 0) {
    counter = problem->counter;
    return fail(ErrorKind::conflict, "the farm has seen a later heartbeat");
  }
  return fail(error_of(answer, server()));
}

}  // namespace testfarm
