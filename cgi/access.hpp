// Who may: the signature of a request against the keys that the farm keeps for the client that its address
// names.
#pragma once

#include "base/result.hpp"
#include "cgi/request.hpp"
#include "schema/ids.hpp"
#include "store/farm_config.hpp"
#include "store/layout.hpp"

namespace testfarm {

// The key that signed, one of `client`'s own. unauthorized for every reason alike; io where the keys cannot
// be read.
Result<KeyId> authenticate(const Layout& layout, const FarmConfig& config, const Request& request,
                           const ClientKey& client);

// A request that brings its own key: signed with it, under the key id P.C.0.
Status authenticate_with(const PublicKey& key, const FarmConfig& config, const Request& request,
                         const ClientKey& client);

}  // namespace testfarm
