// The client's secret key, in signify's format (OpenBSD signify(1)): a comment line and 104 bytes in base64:
// "Ed", "BK", rounds (0: no passphrase), salt, checksum, key number, Ed25519 key. The comment carries the key
// id that the farm gave it: "untrusted comment: testfarm secret key P.C.N".
#pragma once

#include <optional>
#include <string>

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"

namespace testfarm {

struct ClientSecret {
  KeyPair keys;
  KeyId id;
};

// not_found where there is none, bad_input where it is none of ours. Number 0 means: not registered yet.
Result<ClientSecret> read_key_file(const Path& path);
// Readable by its owner only, durable before it returns.
Status write_key_file(const Path& path, const ClientSecret& secret);

}  // namespace testfarm
