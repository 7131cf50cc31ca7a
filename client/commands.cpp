#include "client/commands.hpp"

#include <ctime>
#include <memory>
#include <optional>

#include "base/text.hpp"
#include "client/execution.hpp"
#include "client/farm_api.hpp"
#include "client/key_file.hpp"
#include "client/platform/facts.hpp"
#include "client/platform/stop.hpp"
#include "client/reporter.hpp"
#include "client/repository.hpp"
#include "client/server_check.hpp"
#include "client/spool.hpp"
#include "client/state_file.hpp"

namespace testfarm {
namespace {

constexpr Millis patience_after_run = 30 * second_ms;  // for the last events to arrive; what does not is kept
constexpr std::uint64_t running_promise = 6 * 60;      // minutes: by then a running client speaks again

Result<ClientSecret> registered_secret(const Definition& definition) {
  auto secret = read_key_file(definition.key_file);
  if (!secret && secret.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::not_found, cat("there is no key ", definition.key_file.string(),
                                          "; `testfarm init` makes and registers one"));
  if (!secret) return secret;
  if (secret->id.number == 0)
    return fail(ErrorKind::bad_input,
                cat(definition.key_file.string(),
                    " is not registered yet; run `testfarm init` again with its invite"));
  if (secret->id.owner != definition.client)
    return fail(ErrorKind::bad_input,
                cat(definition.key_file.string(), " is registered for ", secret->id.text(), " and not for ",
                    definition.client.project.text(), '/', definition.client.client.text(),
                    "; run `testfarm init` with an invite for it"));
  return secret;
}

// Everything that one client works with, held together while its lock is.
class Client {
 public:
  static Result<std::unique_ptr<Client>> open(const ClientContext& context) {
    TRY_SET(Definition definition, read_definition(context.definition_file));
    TRY_SET(ClientSecret secret, registered_secret(definition));
    TRY(make_directories(definition.state_directory));
    TRY(make_directories(definition.sandbox));
    auto lock = LockFile::take(definition.state_directory / "lock", 0);
    if (!lock) return fail(std::move(lock).error().in("another testfarm works for this client"));
    TRY_SET(Spool spool, Spool::open(definition.state_directory / "spool", context.clock));
    TRY_SET(auto transport, curl_transport());
    TRY_SET(auto beats, curl_transport());
    auto client = std::make_unique<Client>(context, std::move(definition), *std::move(lock), std::move(spool),
                                           std::move(transport), std::move(beats), secret);
    TRY_SET(const std::uint64_t closed, client->spool.recover());
    if (closed > 0)
      context.console.say(cat("closed ", counted(closed, "execution"), " that was cut off, as interrupted"));
    return client;
  }

  Client(const ClientContext& given, Definition given_definition, LockFile given_lock, Spool given_spool,
         std::unique_ptr<Transport> events, std::unique_ptr<Transport> beats, const ClientSecret& secret)
      : context(given),
        definition(std::move(given_definition)),
        lock(std::move(given_lock)),
        spool(std::move(given_spool)),
        event_transport(std::move(events)),
        beat_transport(std::move(beats)),
        api(*event_transport, definition.server, secret, given.clock),
        beat_api(*beat_transport, definition.server, secret, given.clock),
        state(read_state(definition.state_directory)) {}

  // A promise to the farm; that it cannot be reached is said and otherwise ignored.
  void beat(Activity activity, const std::string& execution, std::uint64_t minutes) {
    Heartbeat heartbeat{0, activity, execution, minutes, facts(), {}, TESTFARM_VERSION};
    for (int tries = 0; tries < 2; ++tries) {
      ++state.counter;
      // Kept before it is used: a counter used twice would be refused.
      if (const auto kept = write_state(definition.state_directory, state); !kept)
        return context.console.say(kept.error().context);
      const auto answer = beat_api.heartbeat(heartbeat, state.counter);
      if (answer) return;
      if (answer.error().kind != ErrorKind::conflict) return context.console.say(answer.error().context);
    }
  }

  Facts facts() const {
    Facts all = machine_facts();
    for (const auto& [name, value] : definition.facts) all[name] = value;
    return all;
  }

  std::uint64_t minutes_to_next_check() const {
    return static_cast<std::uint64_t>(definition.every / minute_ms + 1);
  }

  const ClientContext& context;
  Definition definition;
  LockFile lock;
  Spool spool;
  std::unique_ptr<Transport> event_transport;
  std::unique_ptr<Transport> beat_transport;
  FarmApi api;
  FarmApi beat_api;
  RememberedState state;
};

using Revisions = std::map<std::string, std::string>;

Result<Revisions> fetch_all(const Definition& definition) {
  Revisions tips;
  for (const auto& repository : definition.repositories) {
    TRY_SET(tips[repository.name], fetch_tip(repository));
  }
  return tips;
}

Result<ExecutionStarted> opening(const Client& client, const Revisions& tips, const Revisions& tested) {
  ExecutionStarted start{
      client.definition.branch(), tips == tested ? Reason::forced : Reason::change, {}, client.facts(), {}};
  for (const auto& repository : client.definition.repositories) {
    const auto previous = tested.find(repository.name);
    TRY_SET(Repository told, describe_revision(repository, previous == tested.end() ? "" : previous->second,
                                               tips.at(repository.name)));
    start.repositories.push_back(std::move(told));
  }
  for (const auto& task : client.definition.tasks) start.plan.push_back({task.name, task.kind});
  return start;
}

Result<Outcome> execute(Client& client, ExecutionStarted start, const Revisions& tips, Reporter& reporter) {
  TRY_SET(SpoolWriter writer, client.spool.begin());
  client.beat(Activity::running, writer.execution().text(), running_promise);
  SystemCommandRunner runner(client.context.clock);
  const auto prepare = [&]() -> Status {
    for (const auto& repository : client.definition.repositories)
      TRY(check_out(repository, tips.at(repository.name)));
    return {};
  };
  const auto sink = [&](EventBody body) -> Status {
    client.context.console.event(body);
    TRY(writer.add(std::move(body)));
    reporter.notify();
    return {};
  };
  const ExecutionOptions options{stop_wanted, prepare, client.definition.state_directory};
  return run_execution(client.definition, std::move(start), runner, client.context.clock, options, sink);
}

// Interrupted, aborted and troubled executions say nothing about the code: the next check runs it again.
bool tells_about_the_code(Outcome outcome) {
  return outcome == Outcome::passed || outcome == Outcome::failed;
}

Result<RunReport> look_and_run(Client& client, const RunOptions& options) {
  Reporter reporter(client.spool, client.api,
                    [&](const std::string& line) { client.context.console.say(line); });
  RunReport report;
  const std::string& branch = client.definition.branch();
  const Revisions tested = client.state.tested[branch];
  const auto tips = fetch_all(client.definition);
  if (tips && (options.force || *tips != tested)) {
    TRY_SET(ExecutionStarted start, opening(client, *tips, tested));
    TRY_SET(report.outcome, execute(client, std::move(start), *tips, reporter));
    report.ran = true;
    if (tells_about_the_code(report.outcome)) {
      client.state.tested[branch] = *tips;
      TRY(write_state(client.definition.state_directory, client.state));
    }
  }
  client.beat(Activity::waiting, {}, client.minutes_to_next_check());
  report.reported = reporter.finish(patience_after_run, stop_wanted);
  if (!tips) return fail(tips.error());
  return report;
}

void wait_for_next(Millis duration) {
  for (Millis left = duration; left > 0 && !stop_wanted(); left -= second_ms / 5) {
    const timespec fifth{0, 200'000'000};
    nanosleep(&fifth, nullptr);
  }
}

}  // namespace

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

// The definition is written when the farm has said yes; one that is there already is left alone.
Status write_definition(const ClientContext& context, const ClientKey& client, const std::string& server) {
  if (!file_exists(context.definition_file)) {
    TRY(replace_file(context.definition_file, definition_template(client, server), Sync::yes));
    context.console.say("wrote " + context.definition_file.string());
    return {};
  }
  const auto definition = read_definition(context.definition_file);
  if (definition && (definition->server != server || definition->client != client))
    context.console.say(cat(context.definition_file.string(),
                            " was there already and names another farm or client: set server = \"", server,
                            "\", project = \"", client.project.text(), "\" and client = \"",
                            client.client.text(), "\" in it"));
  return {};
}

}  // namespace

Status init_client(const ClientContext& context, const InitOptions& options) {
  TRY_SET(const Invite invite, Invite::parse(options.invite));
  std::string server = options.server;
  while (server.ends_with('/')) server.pop_back();
  if (!server.starts_with("http://") && !server.starts_with("https://"))
    return fail(ErrorKind::bad_input, cat("--server ", server, " must begin with http:// or https://"));
  const auto definition = read_definition(context.definition_file);
  const Path key_file =
      definition ? definition->key_file : context.definition_file.parent_path() / "testfarm.key";
  TRY_SET(const KeyPair keys, key_for(key_file, invite.client));
  TRY_SET(const auto transport, curl_transport());
  FarmApi api(*transport, server, {keys, {invite.client, 0}}, context.clock);
  TRY_SET(const KeyId id, api.register_key(invite.secret));
  TRY(write_key_file(key_file, {keys, id}));
  context.console.say(cat("registered as ", id.text(), "; the key is in ", key_file.string()));
  TRY(write_definition(context, invite.client, server));
  context.console.say("next: edit " + context.definition_file.string() +
                      ", then `testfarm check` and `testfarm run --force`");
  return {};
}

Status check_client(const ClientContext& context) {
  TRY_SET(const Definition definition, read_definition(context.definition_file));
  Console& console = context.console;
  console.say(cat(definition.client.project.text(), '/', definition.client.client.text(), " reports to ",
                  definition.server, " every ", definition.every / minute_ms, " min"));
  for (const auto& repository : definition.repositories)
    console.say(cat("watches ", repository.url, ", branch ", repository.branch, ", in ",
                    repository.directory.string()));
  for (std::size_t i = 0; i < definition.tasks.size(); ++i) {
    const TaskDefinition& task = definition.tasks[i];
    console.say(cat("task ", i + 1, ": ", task.name, " (", name_of(task.kind),
                    task.mandatory ? "" : ", not mandatory", ")"));
    for (const auto& command : task.commands) console.say("  $ " + command.run);
  }
  TRY_SET(const ClientSecret secret, registered_secret(definition));
  TRY_SET(const auto transport, curl_transport());
  TRY_SET(const ServerInfo info, FarmApi(*transport, definition.server, secret, context.clock).server_info());
  console.say(cat("the farm answers: version ", info.version, ", its time is ", info.time));
  return {};
}

Result<std::uint64_t> check_farm_address(const ClientContext& context, std::string server) {
  while (server.ends_with('/')) server.pop_back();
  if (!server.starts_with("http://") && !server.starts_with("https://"))
    return fail(ErrorKind::bad_input, cat("--server ", server, " must begin with http:// or https://"));
  TRY_SET(const auto transport, curl_transport());
  TRY_SET(const ServerFindings findings,
          check_server(*transport, server, context.clock,
                       [&](const std::string& line) { context.console.say(line); }));
  return findings.bad;
}

Result<RunReport> run_once(const ClientContext& context, const RunOptions& options) {
  TRY_SET(const auto client, Client::open(context));
  return look_and_run(*client, options);
}

Status watch(const ClientContext& context) {
  TRY_SET(const auto client, Client::open(context));
  while (!stop_wanted()) {
    const auto report = look_and_run(*client, {});
    if (!report)
      context.console.say(report.error().context);
    else if (!report->ran)
      context.console.say("nothing new");
    if (stop_wanted()) break;
    context.console.say(cat("next check in ", client->definition.every / second_ms, " s"));
    wait_for_next(client->definition.every);
  }
  return {};
}

Result<std::uint64_t> flush(const ClientContext& context) {
  TRY_SET(const auto client, Client::open(context));
  Positions positions;
  TRY_SET(const Flushed flushed, flush_spool(client->spool, client->api, positions,
                                             [&](const std::string& line) { context.console.say(line); }));
  context.console.say(flushed.left == 0 ? std::string("everything is sent")
                                        : cat(counted(flushed.left, "execution"), " still to send"));
  return flushed.left;
}

Status tell_status(const ClientContext& context) {
  TRY_SET(const Definition definition, read_definition(context.definition_file));
  TRY_SET(const Spool spool, Spool::open(definition.state_directory / "spool", context.clock));
  TRY_SET(const auto pending, spool.pending());
  context.console.say(
      cat(definition.client.project.text(), '/', definition.client.client.text(), " at ", definition.server));
  context.console.say(
      cat(counted(pending.size(), "execution"), " to send, ", spool.parked(), " refused and parked"));
  for (const auto& [branch, repositories] : read_state(definition.state_directory).tested)
    for (const auto& [name, revision] : repositories)
      context.console.say(cat("tested last on ", branch, ": ", name, ' ', revision.substr(0, 10)));
  return {};
}

}  // namespace testfarm
