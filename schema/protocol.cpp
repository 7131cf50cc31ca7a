#include "schema/protocol.hpp"

#include "base/text.hpp"
#include "schema/fields.hpp"
#include "schema/limits.hpp"

namespace testfarm {

template <>
const std::vector<std::string>& names_of<RequestType>() {
  static const std::vector<std::string> names{"run", "abort", "pause", "resume"};
  return names;
}

template <>
const std::vector<std::string>& names_of<Activity>() {
  static const std::vector<std::string> names{"waiting", "running", "paused"};
  return names;
}

constexpr std::uint64_t any_number = 1ULL << 53;  // what every JSON reader has exactly

template <typename Archive>
static void fields(Archive& archive, ServerInfo& message) {
  archive.text("version", message.version, limits::name, TextKind::line);
  archive.text("time", message.time, limits::name, TextKind::line);
  archive.number("body_limit", message.body_limit, 1, any_number);
  archive.number("record_limit", message.record_limit, 0, any_number, Need::optional);
  archive.flag("signature_seen", message.signature_seen);
}

template <typename Archive>
static void fields(Archive& archive, Registration& message) {
  archive.text("invite", message.invite, limits::name, TextKind::line);
  archive.text("public_key", message.public_key, limits::name, TextKind::line);
}

template <typename Archive>
static void fields(Archive& archive, Registered& message) {
  archive.text("key_id", message.key_id, limits::name, TextKind::line);
  archive.text("farm_key", message.farm_key, limits::name, TextKind::line, Need::optional);
}

template <typename Archive>
static void fields(Archive& archive, ClientRequest& command) {
  archive.text("id", command.id, limits::name, TextKind::line);
  archive.choice("type", command.type, names_of<RequestType>());
  archive.text("execution", command.execution, limits::name, TextKind::line, Need::optional);
}

template <typename Archive>
static void fields(Archive& archive, Heartbeat& message) {
  archive.number("counter", message.counter, 1, any_number);
  archive.number("acknowledged", message.acknowledged, 0, any_number, Need::optional);
  archive.choice("activity", message.activity, names_of<Activity>());
  archive.text("execution", message.execution, limits::name, TextKind::line, Need::optional);
  archive.number("next_check", message.next_check, 1, 60 * 24 * 366);
  archive.text_map("facts", message.facts, limits::facts);
  archive.words("done", message.done, limits::tasks);
  archive.text("version", message.version, limits::name, TextKind::line, Need::optional);
  archive.words("gone", message.gone, limits::gone);
}

template <typename Archive>
static void fields(Archive& archive, HeartbeatAnswer& message) {
  archive.text("time", message.time, limits::name, TextKind::line);
  archive.flag("restored", message.restored);
  archive.list("commands", message.commands, limits::tasks);
  archive.text("farm_key", message.farm_key, limits::name, TextKind::line, Need::optional);
  archive.text("moved_to", message.moved_to, limits::url, TextKind::line, Need::optional);
  archive.text("moved_signature", message.moved_signature, limits::name, TextKind::line, Need::optional);
  archive.text("called", message.called, limits::name, TextKind::line, Need::optional);
}

template <typename Archive>
static void fields(Archive& archive, Position& message) {
  archive.number("next", message.next, 1, any_number);
  archive.flag("closed", message.closed);
  archive.list("commands", message.commands, limits::tasks);
}

template <typename Archive>
static void fields(Archive& archive, ProblemDetails& message) {
  archive.text("type", message.type, limits::name, TextKind::line);
  archive.text("title", message.title, limits::name, TextKind::line);
  archive.number("status", message.status, 400, 599);
  archive.text("detail", message.detail, limits::message, TextKind::text, Need::optional);
  archive.number("next", message.next, 0, any_number, Need::optional);
  archive.number("body_limit", message.body_limit, 0, any_number, Need::optional);
  archive.number("limit", message.limit, 0, any_number, Need::optional);
  archive.number("counter", message.counter, 0, any_number, Need::optional);
}

std::string api_path(const ClientKey& client) {
  return concat("/api/1/projects/", client.project.text(), "/clients/", client.client.text());
}

std::string events_path(const ExecutionKey& execution) {
  return concat(api_path(execution.owner), "/executions/", execution.execution.text(), "/events");
}

std::string encode(const ServerInfo& message) { return encode_message(message); }
std::string encode(const Registration& message) { return encode_message(message); }
std::string encode(const Registered& message) { return encode_message(message); }
std::string encode(const Heartbeat& message) { return encode_message(message); }
std::string encode(const HeartbeatAnswer& message) { return encode_message(message); }
std::string encode(const Position& message) { return encode_message(message); }
std::string encode(const ProblemDetails& message) { return encode_message(message); }

template <typename Message>
Result<Message> decode(std::string_view text) {
  return decode_message<Message>(text);
}
template Result<ServerInfo> decode(std::string_view);
template Result<Registration> decode(std::string_view);
template Result<Registered> decode(std::string_view);
template Result<Heartbeat> decode(std::string_view);
template Result<HeartbeatAnswer> decode(std::string_view);
template Result<Position> decode(std::string_view);
template Result<ProblemDetails> decode(std::string_view);

Result<Invite> Invite::parse(std::string_view code) {
  const auto parts = split(trim(code), '/');
  if (parts.size() != 3 || parts[2].empty())
    return fail(ErrorKind::bad_input,
                concat(in_quotes(code), " is no invite; one looks like project/client/7s8df…"));
  TRY_SET(ProjectId project, ProjectId::parse(parts[0]));
  TRY_SET(ClientNames clients, ClientNames::parse(parts[1]));
  return Invite{std::move(project), std::move(clients), std::string(parts[2])};
}

std::string Invite::code() const { return concat(project.text(), '/', clients.text(), '/', secret); }

}  // namespace testfarm
