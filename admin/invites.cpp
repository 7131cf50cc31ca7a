#include "admin/invites.hpp"

#include <algorithm>
#include <ostream>

#include "admin/not_there.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "schema/protocol.hpp"
#include "store/clients/group_invites.hpp"
#include "store/clients/register.hpp"
#include "store/farm_config.hpp"

namespace testfarm {
namespace {

// not_found for a project that is not there; bad_input where it may not have that many clients more.
Status room_for(const Layout& layout, const FarmConfig& config, const ProjectId& project,
                std::uint64_t count) {
  if (!file_exists(layout.project_toml(project))) return fail(no_project(layout, project));
  TRY_SET(const auto clients, list_directory(layout.clients(project)));
  const std::uint64_t most = config.limits.clients_per_project;
  if (clients.size() + count <= most) return {};
  return fail(ErrorKind::bad_input,
              concat(project.text(), " has ", counted(clients.size(), "client"),
                     ", and clients_per_project in ", layout.farm_toml().string(), " allows ", most,
                     count == 1 ? "; raise it"
                                : concat("; raise it, or invite ",
                                         most - std::min<std::uint64_t>(most, clients.size()), " at most")));
}

void tell(const FarmConfig& config, const Invite& invite, Millis valid_for, std::ostream& out) {
  const std::string code = invite.clients.are_several() ? in_shell_quotes(invite.code()) : invite.code();
  out << "The volunteer types this, " << (invite.clients.are_several() ? "" : "once, ") << "within "
      << valid_for / day_ms << " days:\n\n"
      << "  testfarm init --server " << config.base_url << " --invite " << code << "\n\n";
}

}  // namespace

Status invite(const Layout& layout, const ClientKey& client, Millis valid_for, const Clock& clock,
              std::ostream& out) {
  TRY_SET(const FarmConfig config, read_farm_config(layout));
  if (!file_exists(layout.client_log(client))) TRY(room_for(layout, config, client.project, 1));
  TRY_SET(const std::string secret, invite_client(layout, client, clock.now(), valid_for));
  TRY_SET(ClientNames name, ClientNames::parse(client.client.text()));
  tell(config, {client.project, std::move(name), secret}, valid_for, out);
  out << "The invite is not kept here. Lost? Invite again.\n";
  return {};
}

Status invite_several(const Layout& layout, const ProjectId& project, const ClientNames& names,
                      std::uint64_t count, Millis valid_for, const Clock& clock, std::ostream& out) {
  TRY_SET(const FarmConfig config, read_farm_config(layout));
  TRY(room_for(layout, config, project, count));
  TRY_SET(const std::string secret, invite_group(layout, project, names, count, clock.now(), valid_for));
  tell(config, {project, names, secret}, valid_for, out);
  out << "It makes up to " << counted(count, "client") << ' ' << names.text()
      << ", of names that no client of " << project.text()
      << " has: each client of the volunteer's testfarm.toml whose name begins so.\n"
      << "The invite is not kept here. Lost? Withdraw it and invite again: --withdraw\n";
  return {};
}

Status withdraw(const Layout& layout, const ProjectId& project, const ClientNames& names, const Clock& clock,
                std::ostream& out) {
  std::uint64_t count = 0;
  if (names.are_several()) {
    if (!file_exists(layout.project_toml(project))) return fail(no_project(layout, project));
    TRY_SET(count, withdraw_group_invites(layout, project, names, clock.now()));
  } else {
    TRY_SET(ClientId client, ClientId::parse(names.text()));
    const ClientKey key{project, std::move(client)};
    if (!file_exists(layout.client_log(key))) return fail(no_client(layout, key));
    TRY_SET(count, withdraw_invites(layout, key, clock.now()));
  }
  out << "Withdrew " << counted(count, "open invite") << " of " << project.text() << '/' << names.text()
      << (names.are_several() ? ". The clients that it made stay.\n" : ". Its keys stay.\n");
  return {};
}

Status list_group_invites(const Layout& layout, const ProjectId& project, const Clock& clock,
                          std::ostream& out) {
  TRY_SET(const GroupInvites invites, read_group_invites(layout, project));
  for (const auto& [hash, invite] : invites)
    if (invite.is_open(clock.now()))
      out << project.text() << '/' << invite.names.text() << "  open invite, made " << invite.used.size()
          << " of " << counted(invite.count, "client") << ", until " << iso_time(invite.until) << '\n';
  return {};
}

}  // namespace testfarm
