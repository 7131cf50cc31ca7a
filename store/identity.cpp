#include "store/identity.hpp"

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_bytes_of_identity = 4096;

std::string host_of(const FarmConfig& farm) {
  const std::string origin = farm.origin();
  const std::string host = origin.substr(origin.find("://") + 3);
  return host.substr(0, host.find(':'));
}

std::string text_of(const FarmIdentity& identity) {
  json::Writer json;
  json.object().member("version", 1).member("made_at", identity.made_at).member("tags", identity.tags);
  json.member("secret_key", to_base64(bytes_of(identity.keys.secret_key))).end_object();
  return json.text() + '\n';
}

}  // namespace

Result<std::optional<FarmIdentity>> read_identity(const Layout& layout) {
  const Path path = layout.identity();
  TRY_SET(const auto text, read_file_if_there(path, most_bytes_of_identity));
  if (!text) return std::optional<FarmIdentity>();
  const auto damaged = [&] {
    return fail(ErrorKind::bad_input, concat(path.string(),
                                             " is damaged; put it back from a backup: without it the "
                                             "farm is not recognised and all ids of its feeds change"));
  };
  const auto document = json::Document::parse(*text);
  if (!document) return damaged();
  FarmIdentity identity{
      .keys = {}, .tags = document->root().text("tags"), .made_at = document->root().integer("made_at")};
  const auto bytes = from_base64(document->root().text("secret_key"));
  const auto secret = bytes ? array_from<SecretKey>(*bytes) : std::nullopt;
  if (!secret || !identity.tags.starts_with("tag:")) return damaged();
  identity.keys = {public_key_of(*secret), *secret};
  return std::optional(std::move(identity));
}

// The year in the tags is the protocol's and not the clock's: farms from before have it in their feeds.
Result<FarmIdentity> identity_of(const Layout& layout, const FarmConfig& config, Millis now) {
  TRY_SET(auto known, read_identity(layout));
  if (known) return *std::move(known);
  FarmIdentity fresh{
      .keys = random_key_pair(), .tags = concat("tag:", host_of(config), ",2026:testfarm/"), .made_at = now};
  TRY(replace_file(layout.identity(), text_of(fresh), Sync::yes, Access::owner));
  return fresh;
}

}  // namespace testfarm
