#include "cgi/access.hpp"

#include "base/text.hpp"
#include "store/client_register.hpp"

namespace testfarm {
namespace {

Status signature_fits(const PublicKey& key, const FarmConfig& config, const Request& request) {
  // The farm's own address, never the Host header, which anybody may set.
  const std::string target_uri = config.origin() + request.target;
  return verify_request(request.signed_parts(target_uri), request.signature, key);
}

}  // namespace

Result<KeyId> authenticate(const Layout& layout, const FarmConfig& config, const Request& request,
                           const ClientKey& client) {
  TRY_SET(const KeyId key_id, key_of(request.signature));
  if (key_id.owner != client) return fail(ErrorKind::unauthorized, "the key is of another client");
  const auto known = read_client_register(layout, client);
  if (!known && known.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::unauthorized, "unknown client");
  if (!known) return fail(known.error());
  const RegisteredKey* key = known->key(key_id.number);
  if (key == nullptr) return fail(ErrorKind::unauthorized, "unknown or revoked key");
  TRY(signature_fits(key->key, config, request));
  return key_id;
}

Status authenticate_with(const PublicKey& key, const FarmConfig& config, const Request& request,
                         const ClientKey& client) {
  TRY_SET(const KeyId key_id, key_of(request.signature));
  if (key_id.owner != client || key_id.number != 0)
    return fail(ErrorKind::unauthorized, "a registration is signed as key 0 of its client");
  return signature_fits(key, config, request);
}

}  // namespace testfarm
