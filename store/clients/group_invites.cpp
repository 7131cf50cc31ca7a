#include "store/clients/group_invites.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "store/clients/register.hpp"
#include "store/line_log.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_of_invites = 1 << 22;  // bytes

void apply_line(GroupInvites& invites, const json::View& line) {
  const std::string type = line.text("type");
  const auto names = ClientNames::parse(line.text("names"));
  if (type == "invite" && names) {
    invites.insert_or_assign(line.text("hash"),
                             GroupInvite{.names = *names,
                                         .until = line.integer("until"),
                                         .count = static_cast<std::uint64_t>(line.integer("count")),
                                         .used = {}});
  } else if (type == "used") {
    const auto client = ClientId::parse(line.text("client"));
    const auto invite = invites.find(line.text("hash"));
    if (client && invite != invites.end()) invite->second.used.insert(*client);
  } else if (type == "withdrawn" && names) {
    for (auto& [hash, invite] : invites)
      if (invite.names == *names) invite.withdrawn = true;
  }
}

struct Locked {
  Fd file;
  std::string text;
  GroupInvites invites;
};

Result<Locked> lock_invites(const Layout& layout, const ProjectId& project) {
  const Path path = layout.invites(project);
  if (!file_exists(layout.project_toml(project)))
    return fail(ErrorKind::not_found,
                concat("there is no project ", project.text(), "; make it with: testfarm-admin project add ",
                       layout.root().string(), ' ', project.text()));
  const bool fresh = !file_exists(path);
  TRY_SET(Fd file, open_file(path, Open::append_create));
  TRY(lock_file(file, 2 * second_ms, path));
  TRY_SET(std::string text, read_at(file, 0, most_of_invites, path));
  if (fresh) TRY(sync_directory(layout.project(project)));
  GroupInvites invites = parse_group_invites(text);
  return Locked{std::move(file), std::move(text), std::move(invites)};
}

Status append(const Layout& layout, const ProjectId& project, const Locked& locked, json::Writer& line) {
  return append_lines(locked.file, layout.invites(project), locked.text, line.text() + '\n');
}

bool has_key(const Layout& layout, const ClientKey& client, const PublicKey& key) {
  const auto known = read_client_register(layout, client);
  return known && std::any_of(known->keys.begin(), known->keys.end(), [&](const auto& entry) {
           return !entry.second.revoked && entry.second.key == key;
         });
}

Status may_be_made(const Layout& layout, const ClientKey& client, std::uint64_t most_clients) {
  if (file_exists(layout.client(client)))
    return fail(ErrorKind::bad_input, "there is a client of that name already");
  TRY_SET(const auto clients, list_directory(layout.clients(client.project)));
  if (clients.size() < most_clients) return {};
  return fail(ErrorKind::too_large, "the project has as many clients as it may have");
}

}  // namespace

bool GroupInvite::lets_in(const ClientId& client, Millis now) const {
  return names.contain(client) && (is_open(now) || used.contains(client));
}

GroupInvites parse_group_invites(std::string_view text) {
  GroupInvites invites;
  for (const std::string_view line : split_lines(text))
    if (const auto document = json::Document::parse(line)) apply_line(invites, document->root());
  return invites;
}

Result<GroupInvites> read_group_invites(const Layout& layout, const ProjectId& project) {
  TRY_SET(const auto text, read_file_if_there(layout.invites(project), most_of_invites));
  return parse_group_invites(text.value_or(""));
}

Result<std::string> invite_group(const Layout& layout, const ProjectId& project, const ClientNames& names,
                                 std::uint64_t count, Millis now, Millis valid_for) {
  TRY_SET(const Locked locked, lock_invites(layout, project));
  std::string secret = random_name(26);
  json::Writer line;
  line.object().member("type", "invite").member("at", now).member("until", now + valid_for);
  line.member("hash", invite_hash(secret)).member("names", names.text()).member("count", count).end_object();
  TRY(append(layout, project, locked, line));
  return secret;
}

Result<std::uint64_t> register_by_group_invite(const Layout& layout, const ClientKey& called,
                                               const std::string& secret, const PublicKey& key,
                                               std::uint64_t most_clients, Millis now) {
  // As it was called when the invite made it.
  TRY(layout.look_at_names());
  const ClientKey client = layout.names().directory(called);
  TRY_SET(const Locked locked, lock_invites(layout, client.project));
  const std::string hash = invite_hash(secret);
  const auto invite = locked.invites.find(hash);
  if (invite == locked.invites.end() || !invite->second.lets_in(client.client, now))
    return fail(ErrorKind::unauthorized, "the invite is unknown, used up, too old or for other names");
  // One that it made comes again when an answer was lost, and for nothing else once it is over.
  const bool over = invite->second.withdrawn || invite->second.until < now;
  if (over && !has_key(layout, client, key))
    return fail(ErrorKind::unauthorized, "the invite is withdrawn or too old");
  TRY_SET(const bool revoked, revoked_anywhere(layout, key));
  if (revoked) return fail(ErrorKind::conflict, "that key was revoked");
  if (!invite->second.used.contains(client.client)) {
    TRY(may_be_made(layout, client, most_clients));
    json::Writer line;
    line.object().member("type", "used").member("at", now).member("hash", hash);
    line.member("client", client.client.text()).end_object();
    TRY(append(layout, client.project, locked, line));
  }
  // Whoever died between the two steps comes again, and finds no key.
  auto number = enter_first_key(layout, client, hash, key, now);
  if (!number && number.error().kind == ErrorKind::conflict) number.error().kind = ErrorKind::bad_input;
  return number;
}

Result<std::uint64_t> withdraw_group_invites(const Layout& layout, const ProjectId& project,
                                             const ClientNames& names, Millis now) {
  TRY_SET(const Locked locked, lock_invites(layout, project));
  const auto open = std::count_if(locked.invites.begin(), locked.invites.end(), [&](const auto& entry) {
    return entry.second.names == names && entry.second.is_open(now);
  });
  if (open == 0) return 0;
  json::Writer line;
  line.object().member("type", "withdrawn").member("at", now).member("names", names.text()).end_object();
  TRY(append(layout, project, locked, line));
  return static_cast<std::uint64_t>(open);
}

}  // namespace testfarm
