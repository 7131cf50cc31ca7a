#include "cgi/client_api/endpoint.hpp"

#include "base/text.hpp"
#include "cgi/client_api/access.hpp"
#include "cgi/client_api/heartbeat.hpp"
#include "cgi/client_api/registration.hpp"
#include "cgi/http/payload.hpp"
#include "cgi/http/problems.hpp"
#include "schema/limits.hpp"
#include "schema/protocol.hpp"
#include "store/clients/usage.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_target = 1000;
constexpr std::size_t form_room = 1024;  // what a form may add to a body

// The address below /api/1/, in words: projects/P/clients/C/… Nothing for any other address.
std::optional<std::vector<std::string_view>> words_of(std::string_view path, std::string_view base_path) {
  const std::string start = concat(base_path, "/api/1/");
  if (!path.starts_with(start)) return std::nullopt;
  return split(path.substr(start.size()), '/');
}

// Also below an address whose day is over: whoever comes there is refused as unknown, and keeps what it has;
// "there is no such address" would be for good.
std::optional<std::vector<std::string_view>> words_below(std::string_view path, const FarmConfig& config) {
  auto words = words_of(path, config.base_path());
  for (const FormerAddress& former : config.former)
    if (!words) words = words_of(path, path_of(former.base_url));
  return words;
}

Response wrong_method(std::string_view wanted) {
  return reply(problem(405, "method", "This address takes another method", concat("Use ", wanted, '.')));
}

Response no_such_name() {
  return reply(problem(
      400, "bad-name", "A name in the address cannot be one",
      "Projects and clients are named with a-z, 0-9, - and _ (1 to 64 of them, beginning with a letter "
      "or digit, no device name), executions like 20261121-142005-k3x9ab."));
}

bool cut_short(const Request& request) { return request.announced_length.value_or(0) > request.body.size(); }

Response body_cut_short(const Request& request) {
  return reply(problem(
      400, "truncated", "The body was cut short on its way",
      concat(request.body.size(), " bytes came of ", request.announced_length.value_or(0), " announced.")));
}

}  // namespace

std::size_t Endpoint::body_cap() {
  // As of the last request: what changed since counts when this one is judged.
  const bool known = files_.has_config() || files_.refresh();
  return static_cast<std::size_t>(known ? files_.config().limits.body : limits::body) + form_room + 1;
}

Result<Response> Endpoint::server_info(const Request& request) const {
  const Limits& limits = files_.config().limits;
  const ServerInfo info{.version = TESTFARM_VERSION,
                        .time = iso_time(clock_.now()),
                        .body_limit = limits.body,
                        .record_limit = limits.record,
                        .signature_seen = key_of(request.signature).has_value() &&
                                          !request.signature.signature.empty() &&
                                          !request.signature.content_digest.empty()};
  return Response{
      .status = 200, .content_type = std::string(json_media_type), .body = encode(info) + '\n', .taken = {}};
}

Response Endpoint::handle(const Request& request) {
  after_.reset();
  auto response = route(request);
  if (!response) {
    const Error& error = response.error();
    const bool ours = error.kind == ErrorKind::io || error.kind == ErrorKind::internal ||
                      error.kind == ErrorKind::no_space || error.kind == ErrorKind::damaged;
    if (ours) journal_.complain("other", error.context);
    response = reply(error);
  }
  last_.reason = response->reason;
  last_.status = response->status;
  last_.taken = response->taken;
  return *std::move(response);
}

Result<Response> Endpoint::route(const Request& request) {
  TRY(files_.refresh());
  const FarmConfig& config = files_.config();
  if (request.target.size() > most_target) return no_such_name();
  auto words = words_below(request.path(), config);
  // Another process of ours may have told the client where the farm is now.
  if (!words && files_.changed_just_now()) words = words_below(request.path(), config);
  if (!words) return fail(ErrorKind::not_found, "no address of ours");
  if (words->size() == 1 && words->front().empty())
    return request.method == "GET" ? server_info(request) : wrong_method("GET");

  if (words->size() < 5 || words->at(0) != "projects" || words->at(2) != "clients")
    return fail(ErrorKind::not_found, "no address of ours");
  const auto project = ProjectId::parse(words->at(1));
  const auto client = ClientId::parse(words->at(3));
  if (!project || !client) return no_such_name();
  const std::size_t room = is_form(request.content_type) ? form_room : 0;
  if (request.body_too_large || request.body.size() > config.limits.body + room)
    return body_too_large(config.limits.body);
  // Who was renamed comes by any of its names.
  const ClientKey called = files_.layout().names().now(ClientKey{*project, *client});
  auto response = route_client(request, called, *words);
  // A body that was cut short on its way does not fit its signature, and says nothing about who sent it.
  const bool refused = !response && response.error().kind == ErrorKind::unauthorized;
  return refused && cut_short(request) ? body_cut_short(request) : std::move(response);
}

Result<Response> Endpoint::route_client(const Request& request, const ClientKey& client,
                                        const std::vector<std::string_view>& words) {
  const FarmContext farm{files_, usage_, clock_};
  const bool post = request.method == "POST";
  if (words.size() == 5 && words[4] == "register")
    return post ? register_client(farm, client, request) : wrong_method("POST");
  if (words.size() == 5 && words[4] == "heartbeat") {
    if (!post) return wrong_method("POST");
    TRY(authenticate(files_, request, client));
    return take_heartbeat(farm, client, request);
  }
  if (words.size() != 7 || words[4] != "executions" || words[6] != "events")
    return fail(ErrorKind::not_found, "no address of ours");
  const auto execution = ExecutionId::parse(words[5]);
  if (!execution) return no_such_name();
  const ExecutionKey key{client, *execution};
  if (request.method == "GET") {
    TRY(authenticate(files_, request, client));
    return tell_position(farm, key);
  }
  if (!post) return wrong_method("GET or POST");
  TRY_SET(const std::string sender, authenticate_sender(files_, request, client));
  if (cut_short(request)) return body_cut_short(request);  // a token does not cover the body
  TRY_SET(EventsTaken taken, take_events(farm, key, sender, request));
  after_ = std::move(taken.after);
  return std::move(taken.response);
}

void Endpoint::after_answer() {
  journal_.note(last_);
  if (after_ && !usage_.add(after_->client, clock_.now(), after_->usage))
    journal_.complain("other", "the day's usage of a client could not be counted");
  after_.reset();
  last_ = {};
}

}  // namespace testfarm
