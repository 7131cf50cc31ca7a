// What a client has learned of a farm, beside the key that it has there: testfarm.key.farm, JSON. Losing it
// loses nothing for good: the farm's key is learned again, a move is told again, and so is a name, but for an
// owner who has written a given name into the definition.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "client/definition/definition.hpp"

namespace testfarm {

struct KnownFarm {
  std::optional<PublicKey> key;  // of its identity, as it said at the registration or over https
  std::string from, to;          // an address in a definition from which it has moved, and where to
  std::vector<ClientKey> names;  // that it gave this client, the newest last: the definition may have any
};

// Nothing is known where there is no such file, or none that can be read.
KnownFarm read_known_farm(const Path& key_file);
Status write_known_farm(const Path& key_file, const KnownFarm& known);

// Where the farm of a definition is reached now.
std::string address_now(const ServerDefinition& server);

}  // namespace testfarm
