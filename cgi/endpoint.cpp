#include "cgi/endpoint.hpp"

#include <iostream>
#include <vector>

#include "base/text.hpp"
#include "cgi/access.hpp"
#include "cgi/ingest.hpp"
#include "cgi/problems.hpp"
#include "schema/limits.hpp"
#include "schema/protocol.hpp"
#include "store/indexer.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_target = 1000;

// The address below /api/1/, in words: projects/P/clients/C/… Nothing for any other address.
std::optional<std::vector<std::string_view>> words_of(std::string_view path, std::string_view base_path) {
  const std::string start = cat(base_path, "/api/1/");
  if (!path.starts_with(start)) return std::nullopt;
  return split(path.substr(start.size()), '/');
}

Response wrong_method(std::string_view wanted) {
  return reply(problem(405, "method", "This address takes another method", cat("Use ", wanted, '.')));
}

Response no_such_name() {
  return reply(problem(
      400, "bad-name", "A name in the address cannot be one",
      "Projects and clients are named with a-z, 0-9, - and _ (1 to 64 of them, beginning with a letter "
      "or digit, no device name), executions like 20261121-142005-k3x9ab."));
}

Response body_problem(const Request& request, std::uint64_t limit) {
  if (request.body_too_large || request.body.size() > limit) {
    Problem why =
        problem(413, "too-large", "The body is too large",
                cat("This farm takes ", limit, " bytes in one request. Send fewer events at a time."));
    why.body_limit = limit;
    return reply(why);
  }
  return reply(problem(
      400, "truncated", "The body was cut short on its way",
      cat(request.body.size(), " bytes came of ", request.announced_length.value_or(0), " announced.")));
}

}  // namespace

std::size_t Endpoint::body_cap() {
  const auto fresh = refresh_config();
  return static_cast<std::size_t>(fresh ? config_.body_limit : limits::body) + 1;
}

Status Endpoint::refresh_config() {
  TRY_SET(const auto facts, facts_at(layout_.farm_toml()));
  const bool unchanged = facts && config_facts_ && facts->same_file(*config_facts_) &&
                         facts->modified == config_facts_->modified && facts->size == config_facts_->size;
  if (unchanged) return {};
  TRY_SET(config_, read_farm_config(layout_));
  config_facts_ = facts;
  return {};
}

Result<Response> Endpoint::server_info() const {
  const ServerInfo info{TESTFARM_VERSION, iso_time(clock_.now()), config_.body_limit};
  return Response{200, std::string(json_media_type), encode(info) + '\n', {}};
}

Response Endpoint::handle(const Request& request) {
  appended_to_.reset();
  auto response = route(request);
  if (response) return *std::move(response);
  const Error& error = response.error();
  const bool ours =
      error.kind == ErrorKind::io || error.kind == ErrorKind::internal || error.kind == ErrorKind::no_space;
  if (ours) std::cerr << "testfarm: " << error.context << '\n';
  return reply(error);
}

Result<Response> Endpoint::route(const Request& request) {
  // A mistake in farm.toml is the farm's trouble and no word about what the client sent: it tries again
  // later.
  if (auto fresh = refresh_config(); !fresh) return fail(ErrorKind::internal, fresh.error().context);
  const FarmContext farm{layout_, config_, clock_};
  if (request.target.size() > most_target) return no_such_name();
  const auto words = words_of(request.path(), config_.base_path());
  if (!words) return fail(ErrorKind::not_found, "no address of ours");
  const bool post = request.method == "POST";
  const bool get = request.method == "GET";
  if (words->size() == 1 && words->front().empty()) return get ? server_info() : wrong_method("GET");

  if (words->size() < 5 || words->at(0) != "projects" || words->at(2) != "clients")
    return fail(ErrorKind::not_found, "no address of ours");
  const auto project = ProjectId::parse(words->at(1));
  const auto client_id = ClientId::parse(words->at(3));
  if (!project || !client_id) return no_such_name();
  const ClientKey client{*project, *client_id};
  if (request.body_too_large || request.body.size() > config_.body_limit ||
      request.announced_length.value_or(0) > request.body.size())
    return body_problem(request, config_.body_limit);

  if (words->size() == 5 && words->at(4) == "register")
    return post ? register_client(farm, client, request) : wrong_method("POST");
  if (words->size() == 5 && words->at(4) == "heartbeat") {
    if (!post) return wrong_method("POST");
    TRY(authenticate(layout_, config_, request, client));
    return take_heartbeat(farm, client, request);
  }
  if (words->size() == 7 && words->at(4) == "executions" && words->at(6) == "events") {
    const auto execution = ExecutionId::parse(words->at(5));
    if (!execution) return no_such_name();
    if (!post && !get) return wrong_method("GET or POST");
    TRY_SET(const KeyId signer, authenticate(layout_, config_, request, client));
    const ExecutionKey key{client, *execution};
    if (get) return tell_position(farm, key);
    auto response = take_events(farm, key, signer, request);
    if (response && response->status == 200) appended_to_ = key;
    return response;
  }
  return fail(ErrorKind::not_found, "no address of ours");
}

void Endpoint::after_answer() {
  if (!appended_to_) return;
  if (index_ && !index_->is_current(layout_)) index_.reset();
  if (!index_) {
    auto opened = Index::open(layout_, 0);
    if (!opened || !*opened) return;
    index_ = **std::move(opened);
  }
  // An index that fails is let go of; the marker is still there for the tick.
  if (const auto done = catch_up(layout_, *index_, *appended_to_);
      !done && done.error().kind != ErrorKind::busy)
    index_.reset();
}

}  // namespace testfarm
