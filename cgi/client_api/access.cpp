#include "cgi/client_api/access.hpp"

#include "base/text.hpp"

namespace testfarm {
namespace {

// A key that nobody has: what a request of nobody known is verified against.
const PublicKey& nobodys_key() {
  static const PublicKey key = random_key_pair().public_key;
  return key;
}

Status signature_fits(const PublicKey& key, FarmFiles& files, const Request& request) {
  // The farm's own addresses, never the Host header, which anybody may set.
  const FarmConfig& config = files.config();
  auto fits = verify_request(request.signed_parts(config.origin() + request.target), request.signature, key);
  for (const FormerAddress& former : config.former) {
    if (fits || files.now() >= former.until) continue;
    const std::string origin = origin_of(former.base_url);
    fits = verify_request(request.signed_parts(origin + request.target), request.signature, key);
    if (fits) files.note_signed_for(former.base_url);
  }
  return fits;
}

}  // namespace

Result<KeyId> authenticate(FarmFiles& files, const Request& request, const ClientKey& client) {
  const PublicKey& nobodys = nobodys_key();  // made in the first request of a process, whoever it is of
  TRY_SET(const KeyId key_id, key_of(request.signature));
  TRY_SET(const ClientRegister* known, files.register_of(client));
  const RegisteredKey* key = key_id.owner == client ? known->key(key_id.number) : nullptr;
  TRY(signature_fits(key != nullptr ? key->key : nobodys, files, request));
  if (key == nullptr) return fail(ErrorKind::unauthorized, "unknown client, unknown or revoked key");
  return key_id;
}

Result<std::string> authenticate_sender(FarmFiles& files, const Request& request, const ClientKey& client) {
  if (request.token.empty()) {
    TRY_SET(const KeyId key_id, authenticate(files, request, client));
    return key_id.text();
  }
  TRY_SET(const ClientRegister* known, files.register_of(client));
  TRY_SET(const bool taken, files.takes_tokens(client.project));
  const auto number = known->token(request.token);
  if (!taken || !number) return fail(ErrorKind::unauthorized, "unknown client, unknown or revoked token");
  return concat(client.project.text(), '.', client.client.text(), ".token-", *number);
}

Status authenticate_with(const PublicKey& key, FarmFiles& files, const Request& request,
                         const ClientKey& client) {
  TRY_SET(const KeyId key_id, key_of(request.signature));
  if (key_id.owner != client || key_id.number != 0)
    return fail(ErrorKind::unauthorized, "a registration is signed as key 0 of its client");
  return signature_fits(key, files, request);
}

}  // namespace testfarm
