#include "store/clients/door_note.hpp"

#include <algorithm>
#include <array>

#include "base/file.hpp"
#include "base/json.hpp"

namespace testfarm {
namespace {

constexpr std::array<std::string_view, 3> words{"former", "expired", "revoked"};
constexpr Millis again_after = hour_ms;

}  // namespace

Result<std::optional<DoorNote>> read_door_note(const Layout& layout, const ClientKey& client) {
  TRY_SET(const auto text, read_file_if_there(layout.client_door(client), 4096));
  const auto document = text ? json::Document::parse(*text) : fail(ErrorKind::not_found, "");
  if (!document) return std::optional<DoorNote>();
  const auto what = std::find(words.begin(), words.end(), document->root().text("what"));
  if (what == words.end()) return std::optional<DoorNote>();
  return std::optional(DoorNote{.what = static_cast<AtDoor>(what - words.begin()),
                                .address = document->root().text("address"),
                                .at = document->root().integer("at")});
}

Status note_at_door(const Layout& layout, const ClientKey& client, const DoorNote& note) {
  TRY_SET(const auto before, read_door_note(layout, client));
  const bool said = before && before->what == note.what && before->address == note.address;
  if (said && note.at - before->at < again_after && note.at >= before->at) return {};
  json::Writer json;
  json.object().member("what", words.at(static_cast<std::size_t>(note.what)));
  json.member("address", note.address).member("at", note.at).end_object();
  return replace_file(layout.client_door(client), json.text() + '\n', Sync::no);
}

Status forget_door_note(const Layout& layout, const ClientKey& client) {
  TRY(remove_file(layout.client_door(client)));
  return {};
}

}  // namespace testfarm
