#include "cgi/client_api/access.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "store/clients/door_note.hpp"

namespace testfarm {
namespace {

// A key that nobody has: what a request of nobody known is verified against.
const PublicKey& nobodys_key() {
  static const PublicKey key = random_key_pair().public_key;
  return key;
}

// Whose key it says that it is, by the name of now.
ClientKey owner_of(const FarmFiles& files, const KeyId& key) { return files.layout().names().now(key.owner); }

bool is_below(const std::string& base_url, const Request& request) {
  return request.target.starts_with(path_of(base_url) + "/api/1/");
}

// A signature covers host and path; which address of ours that is, several of one host are told apart by the
// path.
void note_address(FarmFiles& files, const std::string& origin, const Request& request) {
  const FarmConfig& config = files.config();
  const bool own = origin == config.origin();
  if (own && is_below(config.base_url, request)) return;
  const FormerAddress* meant = nullptr;
  for (const FormerAddress& former : config.former) {
    if (origin_of(former.base_url) != origin) continue;
    const bool below = is_below(former.base_url, request);
    // A redirect may have kept the host's signature, but for another path.
    if (below || (meant == nullptr && !own)) meant = &former;
    if (below) break;
  }
  if (meant != nullptr) files.note_signed_for(meant->base_url);
}

Status signature_fits(const PublicKey& key, FarmFiles& files, const Request& request) {
  // The farm's own addresses, never the Host header, which anybody may set.
  const FarmConfig& config = files.config();
  std::string origin = config.origin();
  auto fits = verify_request(request.signed_parts(origin + request.target), request.signature, key);
  for (const FormerAddress& former : config.former) {
    if (fits || files.now() >= former.until) continue;
    origin = origin_of(former.base_url);
    fits = verify_request(request.signed_parts(origin + request.target), request.signature, key);
  }
  if (fits) note_address(files, origin, request);
  return fits;
}

// RFC 9110, 7.2, as far as farms are called: names, addresses, a port.
bool is_host(std::string_view host) {
  constexpr std::size_t most = 253 + 6;
  return !host.empty() && host.size() <= most && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == ':' || c == '[' || c == ']';
  });
}

// Who was refused may be one of ours after all, for the maintainer to know: with a key that was revoked, for
// an address whose day is over, or for one that nobody told the farm of. The same work for strangers, who
// learn nothing from it either.
void note_refusal(FarmFiles& files, const Request& request, const ClientKey& client, std::uint64_t number) {
  const auto known = files.register_of(client);
  if (!known) return;
  const auto entry = (*known)->keys.find(number);
  const bool ours = entry != (*known)->keys.end();
  const PublicKey& key = ours ? entry->second.key : nobodys_key();
  // The origins that may be meant, the farm's own first; the last two are the sender's word.
  std::vector<std::string> origins{files.config().origin()};
  for (const FormerAddress& former : files.config().former) origins.push_back(origin_of(former.base_url));
  const std::size_t own = origins.size();
  const bool named = is_host(request.host);
  for (const char* scheme : {"https://", "http://"}) origins.push_back(scheme + (named ? request.host : "-"));
  std::size_t meant = origins.size();
  for (std::size_t i = origins.size(); i-- > 0;)
    if (verify_request(request.signed_parts(origins[i] + request.target), request.signature, key)) meant = i;
  if (!ours || meant == origins.size()) return;
  const AtDoor what = entry->second.revoked ? AtDoor::revoked
                      : meant < own         ? AtDoor::expired
                                            : AtDoor::unnamed;
  // What cannot be noted is no reason to answer otherwise.
  static_cast<void>(
      note_at_door(files.layout(), client, {.what = what, .address = origins[meant], .at = files.now()}));
}

Result<KeyId> known_sender(FarmFiles& files, const Request& request, const ClientKey& client,
                           const KeyId& key_id) {
  const PublicKey& nobodys = nobodys_key();  // made in the first request of a process, whoever it is of
  TRY_SET(const ClientRegister* known, files.register_of(client));
  const RegisteredKey* key = owner_of(files, key_id) == client ? known->key(key_id.number) : nullptr;
  TRY(signature_fits(key != nullptr ? key->key : nobodys, files, request));
  if (key == nullptr) return fail(ErrorKind::unauthorized, "unknown client, unknown or revoked key");
  return key_id;
}

}  // namespace

Result<KeyId> authenticate(FarmFiles& files, const Request& request, const ClientKey& client) {
  TRY_SET(const KeyId key_id, key_of(request.signature));
  auto sender = known_sender(files, request, client, key_id);
  if (!sender && sender.error().kind == ErrorKind::unauthorized && files.changed_just_now())
    sender = known_sender(files, request, client, key_id);
  if (!sender && sender.error().kind == ErrorKind::unauthorized)
    note_refusal(files, request, client, owner_of(files, key_id) == client ? key_id.number : 0);
  return sender;
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
  if (owner_of(files, key_id) != client || key_id.number != 0)
    return fail(ErrorKind::unauthorized, "a registration is signed as key 0 of its client");
  return signature_fits(key, files, request);
}

}  // namespace testfarm
