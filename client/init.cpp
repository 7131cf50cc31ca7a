#include "client/init.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "client/definition/read_definitions.hpp"
#include "client/definition/template.hpp"
#include "client/plan_words.hpp"
#include "client/report/farm_api.hpp"
#include "client/report/key_file.hpp"
#include "client/report/known_farm.hpp"

namespace testfarm {
namespace {

// The key of an earlier try, or a new one: kept before it is registered, since an answer that gets lost must
// not lose it.
Result<KeyPair> key_for(const Path& key_file, const ClientKey& client) {
  const auto secret = read_key_file(key_file);
  if (!secret && secret.error().kind != ErrorKind::not_found) return fail(secret.error());
  if (secret && secret->id.owner == client) return secret->keys;
  if (secret && secret->id.number != 0)
    return fail(ErrorKind::conflict, concat(key_file.string(), " is the key of ", secret->id.text(),
                                            "; move it away, or run init in another directory"));
  const KeyPair fresh = random_key_pair();
  TRY(write_key_file(key_file, {fresh, {client, 0}}));
  return fresh;
}

Status register_client(const ClientContext& context, const ServerDefinition& server,
                       const std::string& secret) {
  TRY_SET(KeyPair keys, key_for(server.key_file, server.client));
  TRY_SET(const auto transport, context.connect());
  KnownFarm known;
  const auto enter = [&] {
    FarmApi api(*transport, server.url, {keys, {server.client, 0}}, context.clock);
    auto entered = api.register_key(secret);
    if (const auto bytes = from_base64(api.farm_key())) known.key = array_from<PublicKey>(*bytes);
    return entered;
  };
  auto id = enter();
  if (!id && id.error().kind == ErrorKind::conflict) {
    context.console.say(
        concat("the farm revoked the key in ", server.key_file.string(), "; making a new one"));
    keys = random_key_pair();
    TRY(write_key_file(server.key_file, {keys, {server.client, 0}}));
    id = enter();
  }
  if (!id) return fail(id.error());
  TRY(write_key_file(server.key_file, {keys, *id}));
  TRY(write_known_farm(server.key_file, known));
  context.console.say(concat("registered as ", id->text(), "; the key is in ", server.key_file.string()));
  return {};
}

// By the name that it has in the definition, or one that the farm gave it since.
bool is_invited(const ServerDefinition& server, const Invite& invite) {
  auto names = read_known_farm(server.key_file).names;
  names.push_back(server.client);
  return std::any_of(names.begin(), names.end(), [&](const ClientKey& name) {
    return name.project == invite.project && invite.clients.contain(name.client);
  });
}

// Those of the definition that an invite is for.
std::vector<ServerDefinition> servers_for(const std::vector<Definition>& definitions, const Invite& invite,
                                          const std::string& url) {
  std::vector<ServerDefinition> servers;
  for (const Definition& definition : definitions)
    for (const ServerDefinition& server : definition.servers)
      if (is_invited(server, invite) && (server.url == url || address_now(server) == url))
        servers.push_back(server);
  return servers;
}

// What the farm offers for the project, where it does.
Result<std::string> offered_by(const ClientContext& context, const ClientKey& client,
                               const std::string& url) {
  TRY_SET(const auto transport, context.connect());
  return FarmApi(*transport, url, {random_key_pair(), {client, 0}}, context.clock).start_definition();
}

void say_next(const ClientContext& context) {
  context.console.say("next: read and edit " + context.definition_file.string() +
                      ", then `testfarm check` and `testfarm run --force`");
}

// A definition to start with: the farm's, whose plan is shown, for whoever runs it should know it; else ours.
Status write_definition(const ClientContext& context, const ClientKey& client, const std::string& url,
                        const std::string& otherwise) {
  const auto offered = offered_by(context, client, url);
  // A farm that does not answer may be a slip in what was typed: nothing is written that would stand in the
  // way.
  if (!offered && offered.error().kind == ErrorKind::unavailable) return fail(offered.error());
  if (!offered) context.console.say(concat("what the farm offers to start with: ", offered.error().context));
  const bool theirs = offered && !offered->empty();
  TRY(replace_file(context.definition_file, theirs ? definition_from(*offered, client, url) : otherwise,
                   Sync::yes));
  context.console.say(concat("wrote ", context.definition_file.string(),
                             theirs ? concat(" as the farm offers it for ", client.project.text()) : ""));
  if (!theirs) return {};
  const auto definitions = read_definitions(context.definition_file);
  if (!definitions) context.console.say(definitions.error().context);
  for (const Definition& definition : definitions ? *definitions : std::vector<Definition>())
    say_plan(context.console, definition);
  return {};
}

// The definition is written when the farm has said yes; one that is there already is left alone.
Status init_one(const ClientContext& context, const std::vector<Definition>& definitions,
                const Invite& invite, const std::string& url) {
  TRY_SET(ClientId name, ClientId::parse(invite.clients.text()));
  const ClientKey client{invite.project, std::move(name)};
  const auto known = servers_for(definitions, invite, url);
  const ServerDefinition server =
      known.empty() ? ServerDefinition{url, client, context.definition_file.parent_path() / "testfarm.key"}
                    : known.front();
  TRY(register_client(context, server, invite.secret));
  if (!file_exists(context.definition_file))
    TRY(write_definition(context, client, url, definition_template(client, url)));
  else if (known.empty())
    context.console.say(concat(context.definition_file.string(),
                               " was there already and names another farm or client: set server = \"", url,
                               "\", project = \"", client.project.text(), "\" and client = \"",
                               client.client.text(), "\" in it"));
  say_next(context);
  return {};
}

// "debian-*" → debian, whose matrix makes debian-gcc.
Result<ClientId> stem_of(const ClientNames& names) {
  std::string stem = names.text().substr(0, names.text().size() - 1);
  while (stem.ends_with('-') || stem.ends_with('_')) stem.pop_back();
  return ClientId::parse(stem.empty() ? "machine" : stem);
}

// "p/debian at https://ci.example.org", all of them.
std::string clients_of(const std::vector<Definition>& definitions) {
  std::string all;
  for (const Definition& definition : definitions)
    for (const ServerDefinition& server : definition.servers)
      all += concat(all.empty() ? "" : ", ", name_of(server.client), " at ", server.url);
  return all.empty() ? "none" : all;
}

Status init_several(const ClientContext& context, const std::vector<Definition>& definitions,
                    const Invite& invite, const std::string& url, const std::string& typed) {
  const std::string again = concat("testfarm init --server ", url, " --invite ", in_shell_quotes(typed));
  if (!file_exists(context.definition_file)) {
    TRY_SET(ClientId stem, stem_of(invite.clients));
    const ClientKey client{invite.project, std::move(stem)};
    TRY(write_definition(context, client, url, matrix_template(client, url)));
    const auto made = read_definitions(context.definition_file);
    const bool any = made && !servers_for(*made, invite, url).empty();
    context.console.say(concat(any ? "nothing is registered yet. "
                                   : concat("it makes no client ", invite.clients.text(),
                                            " yet: give it a [matrix] or [[variant]]s. "),
                               "Edit it, then type again:"));
    context.console.say("  " + again);
    return {};
  }
  const auto servers = servers_for(definitions, invite, url);
  if (servers.empty())
    return fail(
        ErrorKind::bad_input,
        concat(context.definition_file.string(), " has no client ", invite.clients.text(), " of project ",
               invite.project.text(), " that reports to ", url, ", but ", clients_of(definitions),
               "; a [matrix] makes several of one, a [[variant]] with a project of its own another "
               "project's (docs/client.md)"));
  std::uint64_t failures = 0;
  Error first;
  for (const ServerDefinition& server : servers)
    if (const auto done = register_client(context, server, invite.secret); !done) {
      context.console.say(concat("BAD   ", name_of(server.client), ": ", done.error().context));
      if (failures++ == 0) first = done.error();
    }
  if (failures > 0)
    return fail(first.kind,
                concat(failures, " of ", counted(servers.size(), "client"),
                       " could not be registered. When that is mended, type again, with the same invite "
                       "or another: ",
                       again));
  say_next(context);
  return {};
}

}  // namespace

Status init_client(const ClientContext& context, const InitOptions& options) {
  TRY_SET(const Invite invite, Invite::parse(options.invite));
  TRY_SET(const std::string url, typed_server(options.server));
  std::vector<Definition> definitions;
  if (file_exists(context.definition_file)) {
    // Where it has mistakes, nobody knows which key is meant; the invite is still good then.
    auto read = read_definitions(context.definition_file);
    if (!read) return fail(std::move(read).error());
    definitions = *std::move(read);
  }
  if (invite.clients.are_several()) return init_several(context, definitions, invite, url, options.invite);
  return init_one(context, definitions, invite, url);
}

}  // namespace testfarm
