#include "admin/commands.hpp"

#include <ostream>
#include <set>

#include "admin/invites.hpp"
#include "admin/not_there.hpp"
#include "admin/own_programs.hpp"
#include "admin/projects.hpp"
#include "admin/rename.hpp"
#include "admin/retire.hpp"
#include "base/file.hpp"
#include "base/progress_line.hpp"
#include "base/text.hpp"
#include "schema/protocol.hpp"
#include "store/clients/all_clients.hpp"
#include "store/clients/register.hpp"
#include "store/clients/state.hpp"
#include "store/farm_config.hpp"
#include "store/identity.hpp"
#include "store/index/index.hpp"
#include "store/index/indexer.hpp"
#include "store/index/rebuild.hpp"
#include "store/last_good.hpp"
#include "store/rename.hpp"

namespace testfarm {

Status init_farm(const Layout& layout, const NewFarm& farm, const Clock& clock, std::ostream& out) {
  if (file_exists(layout.farm_toml()))
    return fail(ErrorKind::conflict, concat("there is a farm in ", layout.root().string(), " already"));
  Path root = std::filesystem::absolute(layout.root()).lexically_normal();
  if (!root.has_filename()) root = root.parent_path();  // it was typed with a slash at its end
  const Path site = farm.site.empty() ? root.parent_path() / "site"
                                      : std::filesystem::absolute(farm.site).lexically_normal();
  const Path inside = site.lexically_relative(root);
  if (inside.empty() || *inside.begin() != "..")
    return fail(ErrorKind::bad_input, concat("the pages may not lie inside the farm: ", site.string(),
                                             " is in ", root.string(), ", which no web server should show"));
  for (const Path& directory : {layout.projects(), layout.open(), layout.index()})
    TRY(make_directories(directory, Sync::yes));
  TRY(replace_file(layout.farm_toml(), farm_toml_text(farm.title, farm.base_url, site.string()), Sync::yes));
  const auto config = read_farm_config(layout);
  if (!config) {
    // What was typed does not make a farm: leave no half of one behind.
    TRY(remove_file(layout.farm_toml()));
    return fail(config.error());
  }
  TRY(identity_of(layout, *config, clock.now()));
  TRY(make_directories(site));
  out << "Made a farm in " << layout.root().string() << ". Its settings are in farm.toml; its pages go to "
      << site.string() << ".\n"
      << "Next: testfarm-admin project add " << layout.root().string() << " NAME\n";
  return {};
}

Status write_wrapper(const Layout& layout, std::ostream& out) {
  TRY(read_farm_config(layout));
  const Path farm = std::filesystem::absolute(layout.root()).lexically_normal();
  TRY_SET(const Path endpoint, own_endpoint());
  for (const std::string& path : {endpoint.string(), farm.string()})
    if (path.find_first_of("\"$`\\\n") != std::string::npos)
      return fail(
          ErrorKind::bad_input,
          concat(in_quotes(path), " cannot stand in a script as it is; use a directory of a plainer name"));
  out << "#!/bin/sh\n# Tells the endpoint which farm it serves: suexec lets no other setting through.\nexec "
         "\""
      << endpoint.string() << "\" --farm \"" << farm.string() << "\"\n";
  return {};
}

Status add_project(const Layout& layout, const ProjectId& id, const std::string& title,
                   const std::string& description, std::ostream& out) {
  TRY(read_farm_config(layout));
  TRY_SET(const Fd names, hold_names(layout));
  if (file_exists(layout.project_toml(id)))
    return fail(ErrorKind::conflict, concat("there is a project ", id.text(), " already"));
  TRY(make_directories(layout.clients(id), Sync::yes));
  TRY(replace_file(layout.project_toml(id), project_toml_text(title.empty() ? id.text() : title, description),
                   Sync::yes));
  TRY(make_empty_file(layout.marker(id)));
  TRY_SET(const auto removed, list_directory(layout.removed()));
  for (const auto& one : removed)
    if (one.starts_with(layout.project(id).filename().string() + '.'))
      out << "Another one of that name was removed and is in " << (layout.removed() / one).string() << ".\n";
  out << "Made project " << id.text() << ". Its title and links are in " << layout.project_toml(id).string()
      << "\n"
      << "Next: testfarm-admin client invite " << layout.root().string() << ' ' << id.text() << " CLIENT\n";
  return {};
}

Status list_projects(const Layout& layout, std::ostream& out) {
  TRY(read_farm_config(layout));
  TRY_SET(const auto projects, all_projects(layout));
  for (const ProjectId& project : projects) {
    TRY_SET(const auto config, read_project_config(layout, project));
    TRY_SET(const auto clients, clients_of(layout, project));
    out << project.text() << "  " << config.title << "  (" << counted(clients.size(), "client") << ')'
        << once_called(layout, project) << '\n';
  }
  return {};
}

namespace {

Status client_must_be_there(const Layout& layout, const ClientKey& client) {
  if (file_exists(layout.client_log(client))) return {};
  return fail(no_client(layout, client));
}

std::string client_line(const ClientRegister& known, const ClientState& state, Millis now, Millis grace,
                        Millis retired) {
  std::uint64_t valid = 0;
  for (const auto& [number, key] : known.keys) valid += key.revoked ? 0 : 1;
  std::string line = counted(valid, "key");
  if (!known.invites.empty()) line += concat(", ", counted(known.invites.size(), "open invite"));
  if (state.heard_at == 0 && retired == 0) return line + ", never heard of";
  if (state.heard_at == 0) return line + concat(", never heard of, retired ", iso_time(retired));
  if (retired > 0)
    return line + concat(", heard ", iso_time(state.heard_at), ", retired ", iso_time(retired));
  return line + concat(", heard ", iso_time(state.heard_at),
                       state.deadline + grace < now ? ", late since " : ", next by ",
                       iso_time(state.deadline));
}

}  // namespace

Status list_clients(const Layout& layout, const std::optional<ProjectId>& project, const Clock& clock,
                    std::ostream& out) {
  TRY_SET(const FarmConfig config, read_farm_config(layout));
  TRY_SET(const auto projects, all_projects(layout));
  if (project && !file_exists(layout.project(*project))) return fail(no_project(layout, *project));
  RetiredClients retired(layout);
  for (const ProjectId& id : projects) {
    if (project && *project != id) continue;
    TRY(list_group_invites(layout, id, clock, out));
    TRY_SET(const auto clients, clients_of(layout, id));
    for (const ClientKey& key : clients) {
      TRY_SET(const ClientRegister known, read_client_register(layout, key));
      TRY_SET(const ClientState state, read_client_state(layout, key));
      TRY_SET(const Millis since, retired.since(key));
      out << key.project.text() << '/' << key.client.text() << "  "
          << client_line(known, state, clock.now(), config.grace, since) << once_called(layout, key) << '\n';
    }
  }
  return {};
}

Status note(const Layout& layout, const ClientKey& client, const std::string& text, const Clock& clock,
            std::ostream& out) {
  TRY(client_must_be_there(layout, client));
  TRY(add_note(layout, client, text, clock.now()));
  out << "Noted; the next testfarm-generate puts it on the page of " << client.project.text() << '/'
      << client.client.text() << ".\n";
  return {};
}

Status ask(const Layout& layout, const ClientKey& client, const std::string& want,
           const std::string& execution, const Clock& clock, std::ostream& out) {
  TRY(client_must_be_there(layout, client));
  const auto& names = names_of<RequestType>();
  const auto type = std::find(names.begin(), names.end(), want);
  if (type == names.end())
    return fail(ErrorKind::bad_input, concat(in_quotes(want), " must be one of: run, abort, pause, resume"));
  if (!execution.empty()) TRY(ExecutionId::parse(execution));
  TRY(request_of_client(layout, client, static_cast<RequestType>(type - names.begin()), execution,
                        clock.now()));
  TRY_SET(const ClientState state, read_client_state(layout, client));
  out << "Asked. The client learns of it at its next check-in";
  if (state.heard_at > 0) out << "; it promised to by " << iso_time(state.deadline);
  out << ".\n";
  return {};
}

Status give_token(const Layout& layout, const ClientKey& client, const Clock& clock, std::ostream& out) {
  TRY_SET(const FarmConfig config, read_farm_config(layout));
  TRY(client_must_be_there(layout, client));
  TRY_SET(const ProjectConfig project, read_project_config(layout, client.project));
  if (!project.tokens)
    return fail(ErrorKind::bad_input,
                concat("project ", client.project.text(), " takes no tokens; say tokens = true in ",
                       layout.project_toml(client.project).string()));
  TRY_SET(const std::string secret, make_token(layout, client, clock.now()));
  out << "Whoever has this token may send events as " << client.project.text() << '/' << client.client.text()
      << ", and do nothing else:\n\n"
      << "  curl -H 'X-TestFarm-Token: " << secret << "' -H 'Content-Type: application/x-ndjson' \\\n"
      << "    --data-binary @events.ndjson '" << config.base_url << api_path(client)
      << "/executions/YYYYMMDD-HHMMSS-xxxxxx/events?from=1'\n\n"
      << "The token is not kept here. Lost? Revoke it and make another: testfarm-admin client revoke\n";
  return {};
}

Status revoke(const Layout& layout, const ClientKey& client, std::optional<std::uint64_t> key,
              const Clock& clock, std::ostream& out) {
  TRY(client_must_be_there(layout, client));
  TRY_SET(const std::uint64_t count, revoke_keys(layout, client, key, clock.now()));
  out << "Revoked " << counted(count, key ? "key" : "key or token") << " of " << client.project.text() << '/'
      << client.client.text() << (key ? "" : " and every open invite") << ". What it reported stays.\n";
  return {};
}

// Their pages, and what was said of them on others: a project that lost somebody gets all of its pages anew.
static Status remove_pages_of_gone(const Layout& layout, const std::vector<ClientKey>& before,
                                   std::ostream& out) {
  std::set<ProjectId> projects;
  for (const ClientKey& client : before)
    if (!file_exists(layout.client_log(client))) {
      out << name_of(client) << " is not there any more and forgotten.\n";
      projects.insert(client.project);
    }
  TRY_SET(const FarmConfigAtHand farm, farm_config_at_hand(layout));
  for (const ProjectId& project : projects) {
    TRY(remove_pages(farm.config.site, project));
    out << "The pages of " << project.text() << " are made anew by then.\n";
  }
  return {};
}

Status rebuild_farm(const Layout& layout, std::ostream& out) {
  TRY(read_farm_config(layout));
  TRY_SET(const LockFile lock, LockFile::take(layout.generate_lock(), 30 * second_ms));
  const std::vector<ClientKey> before = Index::known_before(layout);
  RebuildProgress last;
  const ProgressLine line;
  TRY(rebuild_index(layout, [&](const RebuildProgress& progress) {
    last = progress;
    line.show(concat(counted(progress.clients, "client"), ", ", counted(progress.executions, "execution")));
  }));
  out << "Rebuilt the index: " << counted(last.clients, "client") << ", "
      << counted(last.executions, "execution") << ". The next testfarm-generate looks at every page.\n";
  return remove_pages_of_gone(layout, before, out);
}

}  // namespace testfarm
