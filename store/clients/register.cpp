#include "store/clients/register.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "store/clients/all_clients.hpp"
#include "store/line_log.hpp"
#include "store/log/marker.hpp"
#include "store/rename.hpp"

namespace testfarm {
namespace {

std::string token_hash(const std::string& secret) {
  return to_hex(sha256(concat("testfarm-token\n", secret)));
}

std::string numbered_line(std::string_view type, Millis now, std::uint64_t number) {
  json::Writer line;
  line.object().member("type", type).member("at", now).member("number", number).end_object();
  return line.text() + '\n';
}

void apply_line(ClientRegister& known, const json::View& line) {
  const std::string type = line.text("type");
  const auto number = static_cast<std::uint64_t>(line.integer("number"));
  if (type == "invite") {
    known.invites[line.text("hash")] = {line.integer("until")};
  } else if (type == "key") {
    const auto bytes = from_base64(line.text("public_key"));
    const auto key = bytes ? array_from<PublicKey>(*bytes) : std::nullopt;
    if (key) known.keys[number] = {*key, line.integer("at"), false};
    known.invites.erase(line.text("invite"));
  } else if (type == "revoked") {
    if (const auto entry = known.keys.find(number); entry != known.keys.end()) entry->second.revoked = true;
  } else if (type == "token") {
    known.tokens[number] = {line.text("hash"), false};
  } else if (type == "token_revoked") {
    if (const auto entry = known.tokens.find(number); entry != known.tokens.end())
      entry->second.revoked = true;
  } else if (type == "note") {
    known.notes.push_back({line.integer("at"), line.text("text")});
  } else if (type == "wish") {
    const auto& names = names_of<RequestType>();
    const auto want = std::find(names.begin(), names.end(), line.text("want"));
    if (want != names.end())
      known.requests.push_back(
          {line.text("id"), static_cast<RequestType>(want - names.begin()), line.text("execution")});
  } else if (type == "done") {
    std::erase_if(known.requests,
                  [&](const ClientRequest& request) { return request.id == line.text("id"); });
  } else if (type == "invites_withdrawn") {
    known.invites.clear();
  }
}

bool has_revoked(const ClientRegister& known, const PublicKey& key) {
  return std::any_of(known.keys.begin(), known.keys.end(),
                     [&](const auto& entry) { return entry.second.revoked && entry.second.key == key; });
}

std::string withdrawal(Millis now) {
  json::Writer line;
  line.object().member("type", "invites_withdrawn").member("at", now).end_object();
  return line.text() + '\n';
}

Result<std::uint64_t> same_key_again(const Fd& file, const Path& path, std::uint64_t number) {
  TRY(sync_data(file, path));  // whoever wrote it may have died before its sync
  return number;
}

struct LockedRegister {
  Fd file;
  std::string text;
};

Result<LockedRegister> locked_register(const Layout& layout, const ClientKey& client) {
  TRY_SET(Fd file, lock_client(layout, client));
  TRY_SET(std::string text, read_at(file, 0, 1 << 24, layout.client_log(client)));
  return LockedRegister{std::move(file), std::move(text)};
}

Status make_client(const Layout& layout, const ClientKey& client) {
  // Its name may just have been given to another: then that one's directory is meant.
  TRY_SET(const Fd names, hold_names(layout));
  if (!file_exists(layout.client(client))) TRY(may_name_a_client(client.client));
  if (!file_exists(layout.project(client.project)))
    return fail(ErrorKind::not_found, concat("there is no project ", client.project.text(),
                                             "; make it with: testfarm-admin project add ",
                                             layout.root().string(), ' ', client.project.text()));
  TRY(make_directories(layout.client(client), Sync::yes));
  TRY(make_empty_file(layout.client_log(client)));
  return sync_directory(layout.client(client));
}

Result<std::uint64_t> append_key(const Layout& layout, const ClientKey& client, const LockedRegister& locked,
                                 std::uint64_t number, const std::string& hash, const PublicKey& key,
                                 Millis now) {
  json::Writer line;
  line.object().member("type", "key").member("at", now).member("number", number);
  line.member("public_key", to_base64(bytes_of(key))).member("invite", hash).end_object();
  TRY(append_lines(locked.file, layout.client_log(client), locked.text, line.text() + '\n'));
  TRY(put_marker(layout, layout.marker(client)));
  return number;
}

}  // namespace

std::string invite_hash(const std::string& secret) {
  return to_hex(sha256(concat("testfarm-invite\n", secret)));
}

ClientRegister parse_client_register(std::string_view text) {
  ClientRegister known;
  for (const std::string_view line : split_lines(text))
    if (const auto document = json::Document::parse(line)) apply_line(known, document->root());
  return known;
}

const RegisteredKey* ClientRegister::key(std::uint64_t number) const {
  const auto entry = keys.find(number);
  return entry == keys.end() || entry->second.revoked ? nullptr : &entry->second;
}

std::optional<std::uint64_t> ClientRegister::token(const std::string& secret) const {
  const std::string hash = token_hash(secret);
  std::optional<std::uint64_t> found;
  for (const auto& [number, entry] : tokens)
    if (!entry.revoked && same_secret(entry.hash, hash)) found = number;
  return found;
}

Status add_note(const Layout& layout, const ClientKey& client, const std::string& text, Millis now) {
  constexpr std::size_t most = 1000;
  if (text.size() > most) return fail(ErrorKind::too_large, concat("a note has at most ", most, " bytes"));
  TRY_SET(const LockedRegister locked, locked_register(layout, client));
  json::Writer line;
  line.object().member("type", "note").member("at", now).member("text", repaired_utf8(text)).end_object();
  TRY(put_marker(layout, layout.marker(client)));
  return append_lines(locked.file, layout.client_log(client), locked.text, line.text() + '\n');
}

Result<std::string> request_of_client(const Layout& layout, const ClientKey& client, RequestType type,
                                      const std::string& execution, Millis now) {
  constexpr std::size_t most = 20;
  TRY_SET(const LockedRegister locked, locked_register(layout, client));
  if (parse_client_register(locked.text).requests.size() >= most)
    return fail(ErrorKind::busy,
                concat(most, " wishes wait for this client already; it has not come for them"));
  std::string id = random_name(8);
  json::Writer line;
  line.object().member("type", "wish").member("at", now).member("id", id).member("want", name_of(type));
  if (!execution.empty()) line.member("execution", execution);
  line.end_object();
  TRY(append_lines(locked.file, layout.client_log(client), locked.text, line.text() + '\n'));
  return id;
}

Status note_done(const Layout& layout, const ClientKey& client, const std::vector<std::string>& ids,
                 Millis now) {
  TRY_SET(const LockedRegister locked, locked_register(layout, client));
  const ClientRegister known = parse_client_register(locked.text);
  std::string lines;
  for (const ClientRequest& request : known.requests) {
    if (std::find(ids.begin(), ids.end(), request.id) == ids.end()) continue;
    json::Writer line;
    line.object().member("type", "done").member("at", now).member("id", request.id).end_object();
    lines += line.text() + '\n';
  }
  return lines.empty() ? Status() : append_lines(locked.file, layout.client_log(client), locked.text, lines);
}

Result<std::string> make_token(const Layout& layout, const ClientKey& client, Millis now) {
  TRY_SET(const LockedRegister locked, locked_register(layout, client));
  const ClientRegister known = parse_client_register(locked.text);
  std::string secret = random_name(32);
  json::Writer line;
  line.object().member("type", "token").member("at", now);
  line.member("number", known.tokens.empty() ? 1 : known.tokens.rbegin()->first + 1);
  line.member("hash", token_hash(secret)).end_object();
  TRY(append_lines(locked.file, layout.client_log(client), locked.text, line.text() + '\n'));
  return secret;
}

Result<ClientRegister> read_client_register(const Layout& layout, const ClientKey& client) {
  TRY_SET(const std::string text, read_file(layout.client_log(client), 1 << 24));
  return parse_client_register(text);
}

Result<Fd> lock_client(const Layout& layout, const ClientKey& client) {
  const Path path = layout.client_log(client);
  TRY_SET(Fd file, open_file(path, Open::append));
  TRY(lock_file(file, 2 * second_ms, path));
  return file;
}

Result<std::string> invite_client(const Layout& layout, const ClientKey& client, Millis now,
                                  Millis valid_for) {
  TRY(make_client(layout, client));
  TRY_SET(const LockedRegister locked, locked_register(layout, client));
  std::string secret = random_name(26);
  json::Writer line;
  line.object().member("type", "invite").member("at", now).member("until", now + valid_for);
  line.member("hash", invite_hash(secret)).end_object();
  TRY(append_lines(locked.file, layout.client_log(client), locked.text, line.text() + '\n'));
  TRY(put_marker(layout, layout.marker(client)));
  return secret;
}

bool ClientRegister::lets_in(const std::string& secret, const PublicKey& key, Millis now) const {
  for (const auto& [number, entry] : keys)
    if (entry.key == key && !entry.revoked) return true;
  const auto invite = invites.find(invite_hash(secret));
  return invite != invites.end() && invite->second.until >= now;
}

Result<std::uint64_t> register_key(const Layout& layout, const ClientKey& client, const std::string& secret,
                                   const PublicKey& key, Millis now) {
  if (!file_exists(layout.client_log(client)))
    return fail(ErrorKind::unauthorized, "nobody was invited by that name");
  TRY_SET(const LockedRegister locked, locked_register(layout, client));
  const ClientRegister known = parse_client_register(locked.text);
  for (const auto& [number, entry] : known.keys)
    if (entry.key == key && !entry.revoked)
      return same_key_again(locked.file, layout.client_log(client), number);
  const std::string hash = invite_hash(secret);
  const auto invite = known.invites.find(hash);
  if (invite == known.invites.end() || invite->second.until < now)
    return fail(ErrorKind::unauthorized, "the invite is unknown, used or too old");
  TRY_SET(const bool revoked, revoked_anywhere(layout, key));
  if (revoked) return fail(ErrorKind::conflict, "that key was revoked");
  const std::uint64_t number = known.keys.empty() ? 1 : known.keys.rbegin()->first + 1;
  return append_key(layout, client, locked, number, hash, key, now);
}

Result<std::uint64_t> enter_first_key(const Layout& layout, const ClientKey& client, const std::string& hash,
                                      const PublicKey& key, Millis now) {
  TRY(make_client(layout, client));
  TRY_SET(const LockedRegister locked, locked_register(layout, client));
  const ClientRegister known = parse_client_register(locked.text);
  // Who was invited by that name meanwhile is somebody else.
  if (known.keys.empty() && !known.invites.empty())
    return fail(ErrorKind::conflict, "there is an invite for that name");
  if (known.keys.empty()) return append_key(layout, client, locked, 1, hash, key, now);
  const auto& [number, entry] = *known.keys.begin();
  if (entry.key == key && !entry.revoked)
    return same_key_again(locked.file, layout.client_log(client), number);
  return fail(ErrorKind::conflict, "there is a client of that name already");
}

// All registers are read, which only whoever has a valid invite can ask for.
Result<bool> revoked_anywhere(const Layout& layout, const PublicKey& key) {
  TRY_SET(const auto clients, all_clients(layout));
  for (const ClientKey& client : clients) {
    const auto known = read_client_register(layout, client);
    if (known && has_revoked(*known, key)) return true;
    if (!known && known.error().kind != ErrorKind::not_found) return fail(known.error());
  }
  return false;
}

Result<std::uint64_t> withdraw_invites(const Layout& layout, const ClientKey& client, Millis now) {
  TRY_SET(const LockedRegister locked, locked_register(layout, client));
  const ClientRegister known = parse_client_register(locked.text);
  if (known.invites.empty()) return 0;
  TRY(append_lines(locked.file, layout.client_log(client), locked.text, withdrawal(now)));
  TRY(put_marker(layout, layout.marker(client)));
  return known.invites.size();
}

Result<std::uint64_t> revoke_keys(const Layout& layout, const ClientKey& client,
                                  std::optional<std::uint64_t> number, Millis now) {
  TRY_SET(const LockedRegister locked, locked_register(layout, client));
  std::string lines;
  std::uint64_t count = 0;
  const ClientRegister known = parse_client_register(locked.text);
  for (const auto& [entry_number, entry] : known.keys) {
    if (entry.revoked || (number && *number != entry_number)) continue;
    lines += numbered_line("revoked", now, entry_number);
    ++count;
  }
  if (!number) {
    for (const auto& [entry_number, entry] : known.tokens) {
      if (entry.revoked) continue;
      lines += numbered_line("token_revoked", now, entry_number);
      ++count;
    }
    lines += withdrawal(now);
  }
  if (!lines.empty()) TRY(append_lines(locked.file, layout.client_log(client), locked.text, lines));
  return count;
}

}  // namespace testfarm
