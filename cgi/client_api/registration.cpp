#include "cgi/client_api/registration.hpp"

#include "cgi/client_api/access.hpp"
#include "cgi/client_api/answers.hpp"
#include "cgi/http/problems.hpp"
#include "schema/protocol.hpp"
#include "store/clients/group_invites.hpp"
#include "store/clients/register.hpp"

namespace testfarm {

namespace {

Response no_invite() {
  return reply(problem(
      403, "invite", "This invite is not valid",
      "It is unknown here, was used already, is too old or for other names. Ask the farm's maintainer "
      "for another: testfarm-admin client invite"));
}

// The client's own invite, or one for several clients.
Result<std::uint64_t> enter(const FarmContext& farm, const ClientKey& client, const std::string& secret,
                            const PublicKey& key) {
  const Layout& layout = farm.files.layout();
  const Millis now = farm.clock.now();
  // A first look without locks, which strangers shall not hold.
  TRY_SET(const ClientRegister* known, farm.files.register_of(client));
  if (known->lets_in(secret, key, now)) return register_key(layout, client, secret, key, now);
  TRY_SET(const GroupInvites invites, read_group_invites(layout, client.project));
  const auto invite = invites.find(invite_hash(secret));
  if (invite == invites.end() || !invite->second.lets_in(client.client, now))
    return fail(ErrorKind::unauthorized, "no invite lets it in");
  return register_by_group_invite(layout, client, secret, key, farm.files.config().limits.clients_per_project,
                                  now);
}

Result<Response> refusal(const Error& error, const ClientKey& client) {
  switch (error.kind) {
    case ErrorKind::unauthorized: return no_invite();
    case ErrorKind::conflict:
      return reply(
          problem(409, "revoked-key", "This key was revoked",
                  "It is never taken again. Move the file testfarm.key away and register again: that "
                  "makes a new one. The invite is still good."));
    case ErrorKind::bad_input:
      return reply(problem(
          403, "name-taken", "There is a client " + client.client.text() + " already, with another key",
          "An invite for several clients makes new ones only. Choose another name, or ask the "
          "farm's maintainer for an invite of that client's own."));
    case ErrorKind::too_large:
      return reply(problem(403, "project-full", "This project has as many clients as it may have",
                           "Ask the farm's maintainer to raise clients_per_project in farm.toml."));
    default: return fail(ours(error));
  }
}

}  // namespace

Result<Response> register_client(const FarmContext& farm, const ClientKey& client, const Request& request) {
  if (request.content_type != json_media_type) return wrong_type(json_media_type);
  const auto registration = decode<Registration>(request.body);
  const auto bytes = registration ? from_base64(registration->public_key) : std::nullopt;
  const auto key = bytes ? array_from<PublicKey>(*bytes) : std::nullopt;
  if (!key) return malformed("The body must be {\"invite\":\"…\",\"public_key\":\"base64 of 32 bytes\"}.");
  TRY(authenticate_with(*key, farm.files, request, client));
  TRY_SET(const KeyId asked, key_of(request.signature));  // perhaps by a name of before
  const auto number = enter(farm, client, registration->invite, *key);
  if (!number) return refusal(number.error(), asked.owner);
  Response response = answer(201, encode(Registered{KeyId{asked.owner, *number}.text(), farm_key(farm)}));
  response.taken.registrations = 1;
  return response;
}

}  // namespace testfarm
