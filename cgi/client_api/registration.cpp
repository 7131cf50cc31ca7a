#include "cgi/client_api/registration.hpp"

#include "cgi/client_api/access.hpp"
#include "cgi/client_api/answers.hpp"
#include "cgi/http/problems.hpp"
#include "schema/protocol.hpp"
#include "store/clients/register.hpp"

namespace testfarm {

Result<Response> register_client(const FarmContext& farm, const ClientKey& client, const Request& request) {
  if (request.content_type != json_media_type) return wrong_type(json_media_type);
  const auto registration = decode<Registration>(request.body);
  const auto bytes = registration ? from_base64(registration->public_key) : std::nullopt;
  const auto key = bytes ? array_from<PublicKey>(*bytes) : std::nullopt;
  if (!key) return malformed("The body must be {\"invite\":\"…\",\"public_key\":\"base64 of 32 bytes\"}.");
  TRY(authenticate_with(*key, farm.files, request, client));
  const auto no_invite = [] {
    return reply(
        problem(403, "invite", "This invite is not valid",
                "It is unknown here, was used already or is too old. Ask the farm's maintainer for another: "
                "testfarm-admin client invite"));
  };
  // A first look without the client's lock, which strangers shall not hold.
  TRY_SET(const ClientRegister* known, farm.files.register_of(client));
  if (!known->lets_in(registration->invite, *key, farm.clock.now())) return no_invite();
  const auto number = register_key(farm.files.layout(), client, registration->invite, *key, farm.clock.now());
  if (!number && number.error().kind == ErrorKind::unauthorized) return no_invite();
  if (!number && number.error().kind == ErrorKind::conflict)
    return reply(problem(409, "revoked-key", "This key was revoked",
                         "It is never taken again. Move the file testfarm.key away and register again: that "
                         "makes a new one. The invite is still good."));
  if (!number) return fail(ours(number.error()));
  Response response = answer(201, encode(Registered{KeyId{client, *number}.text()}));
  response.taken.registrations = 1;
  return response;
}

}  // namespace testfarm
