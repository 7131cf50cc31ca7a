// client.jsonl: who may speak for a client. An append-only log of invites, keys and revocations, written
// under its own lock, which also guards state.json.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "schema/protocol.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct RegisteredKey {
  PublicKey key{};
  Millis since = 0;
  bool revoked = false;
};

struct OpenInvite {
  Millis until = 0;
};

// A submit-only secret, kept as its hash.
struct RegisteredToken {
  std::string hash;
  bool revoked = false;
};

// What the owner of a client, or the farm's maintainer, wants readers of its page to know.
struct Note {
  Millis at = 0;
  std::string text;
};

struct ClientRegister {
  std::vector<ClientRequest> requests;  // what the client is asked for and has not acknowledged, oldest first
  std::map<std::uint64_t, RegisteredKey> keys;  // by number, from 1
  std::map<std::string, OpenInvite> invites;    // by the hash of their secret; used ones are gone

  std::map<std::uint64_t, RegisteredToken> tokens;  // by number, from 1
  std::vector<Note> notes;                          // oldest first

  // Whether that invite, or a key that is there already, would open the door: without a lock, a first look.
  bool lets_in(const std::string& secret, const PublicKey& key, Millis now) const;
  // The number of a token that is not revoked.
  std::optional<std::uint64_t> token(const std::string& secret) const;
  // The key, unless there is none of that number or it is revoked.
  const RegisteredKey* key(std::uint64_t number) const;
};

// What the text of a client.jsonl says.
ClientRegister parse_client_register(std::string_view text);
// not_found where nobody ever invited that client. Lines that cannot be read are skipped.
Result<ClientRegister> read_client_register(const Layout& layout, const ClientKey& client);

// Makes the client where it is new. Answers the invite's secret, which is not kept, only its hash.
Result<std::string> invite_client(const Layout& layout, const ClientKey& client, Millis now,
                                  Millis valid_for);

// Uses up the invite and enters the key. The same key again gets its number again, whatever became of the
// invite. unauthorized where the secret is wrong, used or too old; conflict for a key that any client of the
// farm ever had and that was revoked: whoever stole it knows it still. The invite stays open then.
Result<std::uint64_t> register_key(const Layout& layout, const ClientKey& client, const std::string& secret,
                                   const PublicKey& key, Millis now);

// Enters a client's first key, and makes the client where it is new; for whoever saw a good invite and knows
// its hash. The same key again gets its number again; conflict where the client has another.
Result<std::uint64_t> enter_first_key(const Layout& layout, const ClientKey& client, const std::string& hash,
                                      const PublicKey& key, Millis now);
// Whether any client of the farm had that key and it was revoked: whoever stole it knows it still.
Result<bool> revoked_anywhere(const Layout& layout, const PublicKey& key);
// What is kept of an invite's secret.
std::string invite_hash(const std::string& secret);

// Adds a dated note, one line of text. too_large beyond 1,000 bytes.
Status add_note(const Layout& layout, const ClientKey& client, const std::string& text, Millis now);

// Asks the client for something: with each answer to it until it says that it is done. Answers the request's
// id. busy where 20 wait already.
Result<std::string> request_of_client(const Layout& layout, const ClientKey& client, RequestType type,
                                      const std::string& execution, Millis now);
// What the client says it has done, if it was asked for.
Status note_done(const Layout& layout, const ClientKey& client, const std::vector<std::string>& ids,
                 Millis now);

// A new token of a client. Answers its secret, which is not kept, only its hash.
Result<std::string> make_token(const Layout& layout, const ClientKey& client, Millis now);

// Takes back every open invite; keys stay. Answers how many it was.
Result<std::uint64_t> withdraw_invites(const Layout& layout, const ClientKey& client, Millis now);

// Revokes one key, or all of them with all tokens and every open invite. Answers how many keys
// and tokens it was.
Result<std::uint64_t> revoke_keys(const Layout& layout, const ClientKey& client,
                                  std::optional<std::uint64_t> number, Millis now);

// The lock of a client: client.jsonl. not_found where there is no such client.
Result<Fd> lock_client(const Layout& layout, const ClientKey& client);

}  // namespace testfarm
