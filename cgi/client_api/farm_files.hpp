// The files that decide about a request: farm.toml, project.toml, client.toml, client.jsonl. Read again only
// where stat(2) says that they changed: a key is revoked with the next request; what else people set counts
// within a second, because each look at a file costs a POST about a hundredth of its time.
#pragma once

#include <map>
#include <optional>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/clients/register.hpp"
#include "store/farm_config.hpp"
#include "store/identity.hpp"
#include "store/layout.hpp"

namespace testfarm {

// A value made from a file, and what the file was like then.
template <typename Value>
struct FromFile {
  std::optional<FileFacts> facts;
  std::optional<Value> value;
  bool is_of(const std::optional<FileFacts>& now) const { return value && unchanged(facts, now); }
};

// What a request was answered with stays the same until the next one begins, and references stay good so
// long. A mistake in a file is `internal`: the farm's own trouble, and no word about what the client sent.
class FarmFiles {
 public:
  FarmFiles(Layout layout, const Clock& clock)
      : layout_(std::move(layout)), farm_toml_(layout_.farm_toml()), clock_(clock) {}
  const Layout& layout() const { return layout_; }

  // A new request begins.
  Status refresh();

  // farm.toml and names looked at within this second, too: another process of ours may have told the client
  // what it says now. Whether it has changed.
  bool changed_just_now();

  Millis now() const { return clock_.now(); }

  bool has_config() const { return config_.value.has_value(); }
  const FarmConfig& config() const { return *config_.value; }
  // Who the farm is; nothing where it has no identity yet, or one that cannot be read.
  const FarmIdentity* identity();
  // The address of before for which the request was signed; empty for the address of now.
  const std::string& signed_for() const { return signed_for_; }
  void note_signed_for(const std::string& former) { signed_for_ = former; }
  // Nobody's register where there is no such client.
  Result<const ClientRegister*> register_of(const ClientKey& client);
  // The same as the request's sender was looked up in, without another look at the disk.
  const ClientRegister& register_at_hand(const ClientKey& client) const;
  Result<Limits> limits_of(const ClientKey& client);
  Result<bool> takes_tokens(const ProjectId& project);

 private:
  struct OfClient {
    FromFile<ClientRegister> known;
    FromFile<ClientConfig> config;
    Millis config_seen = 0;
    Path log, toml;  // a path costs more to make than to look at
  };
  OfClient& of(const ClientKey& client);
  Result<bool> look_at_names();
  // Whether it was looked at within the last second.
  bool is_fresh(Millis seen) const;
  Layout layout_;
  Path farm_toml_;
  const Clock& clock_;
  Millis config_seen_ = 0;
  FromFile<FarmConfig> config_;
  FromFile<std::optional<FarmIdentity>> identity_;
  std::string signed_for_;
  std::map<ClientKey, OfClient> clients_;
  std::map<ProjectId, FromFile<ProjectConfig>> projects_;
};

}  // namespace testfarm
