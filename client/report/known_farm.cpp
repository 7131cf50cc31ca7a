#include "client/report/known_farm.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_of_known = 16 << 10;  // bytes

Path file_of(const Path& key_file) { return key_file.string() + ".farm"; }

}  // namespace

KnownFarm read_known_farm(const Path& key_file) {
  const auto text = read_file(file_of(key_file), most_of_known);
  const auto document = text ? json::Document::parse(*text) : tl::unexpected<Error>(text.error());
  if (!document) return {};
  KnownFarm known{.key = {}, .from = document->root().text("from"), .to = document->root().text("to")};
  if (const auto bytes = from_base64(document->root().text("key"))) known.key = array_from<PublicKey>(*bytes);
  if (const auto names = document->root().find("names"))
    for (const json::View& name : names->items())
      if (auto called = client_called(name.as_string().value_or("")))
        known.names.push_back(*std::move(called));
  return known;
}

Status write_known_farm(const Path& key_file, const KnownFarm& known) {
  json::Writer json;
  json.object();
  if (known.key) json.member("key", to_base64(bytes_of(*known.key)));
  if (!known.to.empty()) json.member("from", known.from).member("to", known.to);
  if (!known.names.empty()) {
    json.key("names").array();
    for (const ClientKey& name : known.names) json.value(name_of(name));
    json.end_array();
  }
  json.end_object();
  return replace_file(file_of(key_file), json.text() + '\n', Sync::yes);
}

std::string address_now(const ServerDefinition& server) {
  const KnownFarm known = read_known_farm(server.key_file);
  return known.to.empty() || known.from != server.url ? server.url : known.to;
}

}  // namespace testfarm
