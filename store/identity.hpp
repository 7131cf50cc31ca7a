// FARM/identity.json: who the farm is, whatever its address. Made once, by `testfarm-admin init` or, for a
// farm from before, by the first tick; never changed. A farm that is moved or restored from a copy keeps it.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"
#include "store/farm_config.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct FarmIdentity {
  KeyPair keys;      // what the farm may be recognised by
  std::string tags;  // what the ids of its feeds begin with, RFC 4151: "tag:ci.example.org,2026:testfarm/"
  Millis made_at = 0;
};

// Nothing where there is none yet; bad_input where the file cannot be read as one.
Result<std::optional<FarmIdentity>> read_identity(const Layout& layout);
// The one that is there, or a new one, whose tags are of the address of now. Only its owner may read the
// file.
Result<FarmIdentity> identity_of(const Layout& layout, const FarmConfig& config, Millis now);

}  // namespace testfarm
