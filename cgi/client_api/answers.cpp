#include "cgi/client_api/answers.hpp"

#include "base/text.hpp"
#include "cgi/http/problems.hpp"

namespace testfarm {

Response answer(int status, const std::string& json) {
  return {.status = status, .content_type = std::string(json_media_type), .body = json + '\n', .taken = {}};
}

Response malformed(std::string detail) {
  return reply(problem(400, "malformed", "The request is not of the form that the protocol asks for",
                       std::move(detail)));
}

Response wrong_type(std::string_view wanted) {
  return reply(
      problem(415, "wrong-type", "Another media type is wanted here", concat("Send it as ", wanted, '.')));
}

std::string farm_key(const FarmContext& farm) {
  const FarmIdentity* identity = farm.files.identity();
  return identity == nullptr ? "" : to_base64(bytes_of(identity->keys.public_key));
}

const std::vector<ClientRequest>& requests_of(const FarmContext& farm, const ClientKey& client) {
  return farm.files.register_at_hand(client).requests;
}

Error ours(const Error& error) {
  const bool told = error.kind == ErrorKind::busy || error.kind == ErrorKind::no_space;
  return {told ? error.kind : ErrorKind::io, error.context};
}

}  // namespace testfarm
