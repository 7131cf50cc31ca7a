#include "store/clients/door_note.hpp"

#include <algorithm>
#include <array>

#include "base/file.hpp"
#include "base/json.hpp"
#include "store/clients/all_clients.hpp"

namespace testfarm {
namespace {

constexpr std::array<std::string_view, 4> door_words{"former", "expired", "revoked", "unnamed"};
constexpr Millis again_after = hour_ms;

}  // namespace

Result<std::optional<DoorNote>> read_door_note(const Layout& layout, const ClientKey& client) {
  const auto text = read_file(layout.client_door(client), 4096);
  if (!text && text.error().kind == ErrorKind::io) return fail(text.error());
  const auto document = text ? json::Document::parse(*text) : tl::unexpected<Error>(text.error());
  if (!document) return std::optional<DoorNote>();
  const auto what = std::find(door_words.begin(), door_words.end(), document->root().text("what"));
  if (what == door_words.end()) return std::optional<DoorNote>();
  return std::optional(DoorNote{.what = static_cast<AtDoor>(what - door_words.begin()),
                                .address = document->root().text("address"),
                                .at = document->root().integer("at")});
}

Status note_at_door(const Layout& layout, const ClientKey& client, const DoorNote& note) {
  TRY_SET(const auto before, read_door_note(layout, client));
  // Whatever it says now: the address is the sender's word, and could be another each time.
  if (before && note.at - before->at < again_after && note.at >= before->at) return {};
  json::Writer json;
  json.object().member("what", door_words.at(static_cast<std::size_t>(note.what)));
  json.member("address", note.address).member("at", note.at).end_object();
  return replace_file(layout.client_door(client), json.text() + '\n', Sync::no);
}

Result<std::map<std::string, std::uint64_t>> unnamed_addresses(const Layout& layout, Millis since) {
  std::map<std::string, std::uint64_t> addresses;
  TRY_SET(const auto clients, all_clients(layout));
  for (const ClientKey& client : clients) {
    TRY_SET(const auto note, read_door_note(layout, client));
    if (note && note->what == AtDoor::unnamed && note->at >= since) ++addresses[note->address];
  }
  return addresses;
}

Status forget_door_note(const Layout& layout, const ClientKey& client) {
  TRY(remove_file(layout.client_door(client)));
  return {};
}

}  // namespace testfarm
