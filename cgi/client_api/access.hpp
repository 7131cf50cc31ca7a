// Who may: a request's signature against the keys, or its token against the tokens, that the farm keeps for
// the client that its address names. Whoever is refused learns nothing from it: the reply is the same for
// every reason, and so is the work, a verification for each address of the farm, whether there is such a
// client or not.
#pragma once

#include "base/result.hpp"
#include "cgi/client_api/farm_files.hpp"
#include "cgi/http/request.hpp"
#include "schema/ids.hpp"

namespace testfarm {

// The key that signed, one of `client`'s own. unauthorized for every reason alike; internal where the keys
// cannot be read.
Result<KeyId> authenticate(FarmFiles& files, const Request& request, const ClientKey& client);

// The same, or a token of the client's where its project takes tokens: for sending events and nothing else.
// Answers who it was, for the log: "P.C.1", or "P.C.token-1".
Result<std::string> authenticate_sender(FarmFiles& files, const Request& request, const ClientKey& client);

// A request that brings its own key: signed with it, under the key id P.C.0.
Status authenticate_with(const PublicKey& key, FarmFiles& files, const Request& request,
                         const ClientKey& client);

}  // namespace testfarm
