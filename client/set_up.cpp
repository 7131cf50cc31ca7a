// The commands that set a client up and tell about it: init, check, flush, status.
#include <algorithm>

#include "base/text.hpp"
#include "client/commands.hpp"
#include "client/report/key_file.hpp"
#include "client/report/server_check.hpp"
#include "client/run/machine_trouble.hpp"
#include "client/session.hpp"

namespace testfarm {
namespace {

// The key of an earlier try, or a new one: kept before it is registered, since an answer that gets lost must
// not lose it.
Result<KeyPair> key_for(const Path& key_file, const ClientKey& client) {
  const auto secret = read_key_file(key_file);
  if (!secret && secret.error().kind != ErrorKind::not_found) return fail(secret.error());
  if (secret && secret->id.owner == client) return secret->keys;
  if (secret && secret->id.number != 0)
    return fail(ErrorKind::conflict, cat(key_file.string(), " is the key of ", secret->id.text(),
                                         "; move it away, or run init in another directory"));
  const KeyPair fresh = random_key_pair();
  TRY(write_key_file(key_file, {fresh, {client, 0}}));
  return fresh;
}

// The server of a definition that an invite is for.
const ServerDefinition* server_for(const Result<std::vector<Definition>>& definitions,
                                   const ClientKey& client, const std::string& url) {
  if (!definitions) return nullptr;
  for (const Definition& definition : *definitions)
    for (const ServerDefinition& server : definition.servers)
      if (server.client == client && server.url == url) return &server;
  return nullptr;
}

// The definition is written when the farm has said yes; one that is there already is left alone.
Status write_definition(const ClientContext& context, const ClientKey& client, const std::string& server,
                        bool known) {
  if (!file_exists(context.definition_file)) {
    TRY(replace_file(context.definition_file, definition_template(client, server), Sync::yes));
    context.console.say("wrote " + context.definition_file.string());
    return {};
  }
  if (!known)
    context.console.say(cat(context.definition_file.string(),
                            " was there already and names another farm or client: set server = \"", server,
                            "\", project = \"", client.project.text(), "\" and client = \"",
                            client.client.text(), "\" in it"));
  return {};
}

Result<std::string> web_address(std::string server) {
  while (server.ends_with('/')) server.pop_back();
  if (server.starts_with("http://") || server.starts_with("https://")) return server;
  return fail(ErrorKind::bad_input, cat("--server ", server, " must begin with http:// or https://"));
}

std::string every_words(const Schedule& schedule) {
  if (schedule.every == 0) return "back to back";
  return schedule.every % minute_ms == 0 ? cat("every ", schedule.every / minute_ms, " min")
                                         : cat("every ", schedule.every / second_ms, " s");
}

void say_repository(Console& console, const RepositoryDefinition& repository) {
  std::string what;
  for (const std::string& branch : repository.branches) what += (what.empty() ? "branch " : ", ") + branch;
  for (const std::string& tag : repository.tags) what += (what.empty() ? "" : ", ") + ("tag " + tag);
  console.say(cat("watches ", repository.url, ", ", what, ", in ", repository.directory.string()));
}

void say_plan(Console& console, const Definition& definition) {
  console.say(cat(definition.client.project.text(), '/', definition.client.client.text(), " reports to ",
                  definition.servers.front().url, ", looks ", every_words(definition.schedule)));
  for (std::size_t i = 1; i < definition.servers.size(); ++i)
    console.say(cat("and to ", definition.servers[i].url, " as ", definition.servers[i].client.project.text(),
                    '/', definition.servers[i].client.client.text()));
  for (const auto& repository : definition.repositories) say_repository(console, repository);
  for (std::size_t i = 0; i < definition.tasks.size(); ++i) {
    const TaskDefinition& task = definition.tasks[i];
    console.say(cat("task ", i + 1, ": ", task.name, " (", name_of(task.kind),
                    task.mandatory ? "" : ", not mandatory",
                    task.repeat > 1 ? cat(", ", task.repeat, " times") : "", ")"));
    for (const auto& command : task.commands) console.say("  $ " + command.run);
  }
  for (const std::string& why : definition.left_out) console.say("left out: " + why);
  if (const std::string missing = missing_program(definition.needs); !missing.empty())
    console.say(cat("MISSING: this machine has no program ", missing, "; executions would end in trouble"));
}

// What a farm answers, in a line.
Result<std::string> farm_words(const ClientContext& context, const ServerDefinition& server) {
  TRY_SET(const ClientSecret secret, registered_secret(server));
  TRY_SET(const auto transport, context.connect());
  TRY_SET(const ServerInfo info, FarmApi(*transport, server.url, secret, context.clock).server_info());
  return cat(server.url, " answers: version ", info.version, ", its time is ", info.time);
}

std::string ago(Millis then, Millis now) {
  const Millis minutes = (now - then) / minute_ms;
  return minutes < 120       ? cat(minutes, " min ago")
         : minutes < 48 * 60 ? cat(minutes / 60, " h ago")
                             : cat(minutes / 1440, " days ago");
}

Status tell_status_of(const ClientContext& context, const Definition& definition) {
  Console& console = context.console;
  const RememberedState state = read_state(definition.state_directory);
  const Control control = read_control(definition.state_directory);
  console.say(cat(definition.client.project.text(), '/', definition.client.client.text(), " at ",
                  definition.servers.front().url));
  const auto lock = LockFile::take(definition.state_directory / "lock", 0);
  console.say(lock || lock.error().kind == ErrorKind::not_found ? "no testfarm works for it just now"
                                                                : "a testfarm works for it just now");
  if (control.paused) console.say("paused; `testfarm resume` ends it");
  if (control.away_until > context.clock.now()) console.say("away until " + iso_time(control.away_until));
  for (std::size_t i = 0; i < definition.servers.size(); ++i) {
    const Path directory = definition.state_directory / (i == 0 ? "spool" : cat("spool-", i + 1));
    if (!file_exists(directory)) continue;
    TRY_SET(const Spool spool, Spool::open(directory, context.clock));
    TRY_SET(const auto pending, spool.pending());
    console.say(cat(counted(pending.size(), "execution"), " to send to ", definition.servers[i].url, ", ",
                    spool.parked(), " refused and parked",
                    spool.parked() > 0 ? " in " + (directory / "parked").string() : ""));
  }
  for (const auto& [branch, at] : state.ran) {
    const auto result = state.results.find(branch);
    const auto tested = state.tested.find(branch);
    std::string what = cat(branch, ": ", result == state.results.end() ? "" : result->second, ' ',
                           ago(at, context.clock.now()));
    if (tested != state.tested.end())
      for (const auto& [name, revision] : tested->second)
        what += cat(", ", name, ' ', revision.substr(0, 10));
    console.say(what);
  }
  for (const ServerDefinition& server : definition.servers) {
    const auto words = farm_words(context, server);
    console.say(words ? *words : cat(server.url, ": ", words.error().context));
  }
  return {};
}

}  // namespace

Status init_client(const ClientContext& context, const InitOptions& options) {
  TRY_SET(const Invite invite, Invite::parse(options.invite));
  TRY_SET(const std::string server, web_address(options.server));
  const auto definitions = read_definitions(context.definition_file);
  const ServerDefinition* known = server_for(definitions, invite.client, server);
  const Path key_file =
      known != nullptr ? known->key_file : context.definition_file.parent_path() / "testfarm.key";
  TRY_SET(const KeyPair keys, key_for(key_file, invite.client));
  TRY_SET(const auto transport, context.connect());
  FarmApi api(*transport, server, {keys, {invite.client, 0}}, context.clock);
  TRY_SET(const KeyId id, api.register_key(invite.secret));
  TRY(write_key_file(key_file, {keys, id}));
  context.console.say(cat("registered as ", id.text(), "; the key is in ", key_file.string()));
  TRY(write_definition(context, invite.client, server, known != nullptr));
  context.console.say("next: edit " + context.definition_file.string() +
                      ", then `testfarm check` and `testfarm run --force`");
  return {};
}

Status check_client(const ClientContext& context) {
  TRY_SET(const auto definitions, chosen_definitions(context));
  for (const Definition& definition : definitions) say_plan(context.console, definition);
  for (const Definition& definition : definitions)
    for (const ServerDefinition& server : definition.servers) {
      TRY_SET(const std::string words, farm_words(context, server));
      context.console.say(words);
    }
  return {};
}

Result<std::uint64_t> check_farm_address(const ClientContext& context, std::string server) {
  TRY_SET(const std::string url, web_address(std::move(server)));
  TRY_SET(const auto transport, context.connect());
  TRY_SET(const ServerFindings findings,
          check_server(*transport, url, context.clock,
                       [&](const std::string& line) { context.console.say(line); }));
  return findings.bad;
}

Result<std::uint64_t> flush(const ClientContext& context) {
  TRY_SET(const auto definitions, chosen_definitions(context));
  std::uint64_t left = 0;
  for (const Definition& definition : definitions) {
    TRY_SET(const auto session, Session::open(definition, context.clock, context.console, context.connect));
    for (const auto& uplink : session->uplinks()) {
      Positions positions;
      TRY_SET(const Flushed flushed,
              flush_spool(uplink->spool(), uplink->api(), positions,
                          [&](const std::string& line) { context.console.say(line); }));
      left += flushed.left;
    }
  }
  context.console.say(left == 0 ? std::string("everything is sent")
                                : cat(counted(left, "execution"), " still to send"));
  return left;
}

Status tell_status(const ClientContext& context) {
  TRY_SET(const auto definitions, chosen_definitions(context));
  for (const Definition& definition : definitions) TRY(tell_status_of(context, definition));
  return {};
}

}  // namespace testfarm
