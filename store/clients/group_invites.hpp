// projects/P/invites.jsonl: invites for several clients at once, whose names are not known yet. An
// append-only log, written under its own lock:
//
//   {"type":"invite","at":…,"until":…,"hash":"…","names":"debian-*","count":8}
//   {"type":"used","at":…,"hash":"…","client":"debian-gcc"}
//   {"type":"withdrawn","at":…,"names":"debian-*"}
//
// Such an invite makes clients and never opens one that is there: whoever holds it cannot take over a name.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct GroupInvite {
  ClientNames names;
  Millis until = 0;
  std::uint64_t count = 0;  // of clients that it may make
  std::set<ClientId> used;  // those that it made
  bool withdrawn = false;

  bool is_open(Millis now) const { return !withdrawn && until >= now && used.size() < count; }
  // Also for one that it made already: an answer may have been lost.
  bool lets_in(const ClientId& client, Millis now) const;
};
using GroupInvites = std::map<std::string, GroupInvite>;  // by the hash of their secret

// Lines that cannot be read are skipped.
GroupInvites parse_group_invites(std::string_view text);
// None where there is no such file.
Result<GroupInvites> read_group_invites(const Layout& layout, const ProjectId& project);

// Answers the secret, which is not kept, only its hash.
Result<std::string> invite_group(const Layout& layout, const ProjectId& project, const ClientNames& names,
                                 std::uint64_t count, Millis now, Millis valid_for);

// Makes the client and enters its key; the same client with the same key gets the same number again.
// unauthorized where no invite lets it in; conflict for a key that was ever revoked; bad_input where there is
// a client of that name; too_large where the project has `most_clients` already.
Result<std::uint64_t> register_by_group_invite(const Layout& layout, const ClientKey& called,
                                               const std::string& secret, const PublicKey& key,
                                               std::uint64_t most_clients, Millis now);

// Takes back every open invite for exactly these names; the clients that they made stay. Answers how many it
// was.
Result<std::uint64_t> withdraw_group_invites(const Layout& layout, const ProjectId& project,
                                             const ClientNames& names, Millis now);

}  // namespace testfarm
