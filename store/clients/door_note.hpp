// door.json of a client: that it comes to the door in a way its maintainer should know of, whether it was let
// in or not. Unsynced, written once an hour at most; gone with the next heartbeat that is as it should be.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/layout.hpp"

namespace testfarm {

enum class AtDoor : std::uint8_t {
  former,   // let in: it signs for an address of before
  expired,  // refused: for an address of before whose day is over
  revoked,  // refused: its signature is right, and its key was revoked
  unnamed,  // refused: for an address at which it is asked, and which the farm does not call its own
};

struct DoorNote {
  AtDoor what = AtDoor::former;
  std::string address;  // that it signs for
  Millis at = 0;
};

Result<std::optional<DoorNote>> read_door_note(const Layout& layout, const ClientKey& client);
Status note_at_door(const Layout& layout, const ClientKey& client, const DoorNote& note);
// How many clients of the farm were refused since then, by the address that nobody told the farm of.
Result<std::map<std::string, std::uint64_t>> unnamed_addresses(const Layout& layout, Millis since);
Status forget_door_note(const Layout& layout, const ClientKey& client);

}  // namespace testfarm
