#include "client/status.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "client/check.hpp"
#include "client/report/known_farm.hpp"
#include "client/session.hpp"

namespace testfarm {
namespace {

std::string ago(Millis then, Millis now) {
  const Millis minutes = (now - then) / minute_ms;
  return minutes < 120       ? concat(minutes, " min ago")
         : minutes < 48 * 60 ? concat(minutes / 60, " h ago")
                             : concat(minutes / 1440, " days ago");
}

struct KeptAside {
  std::uint64_t executions = 0;
  std::vector<std::string> words;
};

// What waits for a client or a farm that the definition no longer names.
Result<KeptAside> kept_aside(const Definition& definition, const Clock& clock) {
  std::vector<Path> in_use;
  for (std::size_t i = 0; i < definition.servers.size(); ++i)
    in_use.push_back(spool_directory(definition.state_directory, i));
  TRY_SET(const auto all, spools_aside(definition.state_directory, in_use));
  KeptAside kept;
  for (const SpoolAside& one : all) {
    TRY_SET(const Spool spool, Spool::open(one.directory, clock));
    TRY_SET(const auto pending, spool.pending());
    if (pending.empty()) continue;
    kept.executions += pending.size();
    kept.words.push_back(concat(counted(pending.size(), "execution"), " for ", one.farm, " in ",
                                one.directory.string(), "; testfarm.toml no longer names it"));
  }
  return kept;
}

Status tell_status_of(const ClientContext& context, const Definition& definition) {
  Console& console = context.console;
  const RememberedState state = read_state(definition.state_directory);
  const Control control = read_control(definition.state_directory);
  const ServerDefinition& main = definition.servers.front();
  const auto names = read_known_farm(main.key_file).names;
  const bool renamed = !names.empty() && names.back() != definition.client;
  console.say(concat(name_of(definition.client), " at ", address_now(main),
                     renamed ? concat("; the farm calls it ", name_of(names.back())) : ""));
  const auto lock = LockFile::take(definition.state_directory / "lock", 0);
  console.say(lock || lock.error().kind == ErrorKind::not_found ? "no testfarm works for it just now"
                                                                : "a testfarm works for it just now");
  if (control.paused) console.say("paused; `testfarm resume` ends it");
  if (control.away_until > context.clock.now()) console.say("away until " + iso_time(control.away_until));
  for (std::size_t i = 0; i < definition.servers.size(); ++i) {
    const Path directory = spool_directory(definition.state_directory, i);
    if (!file_exists(directory)) continue;
    TRY_SET(const Spool spool, Spool::open(directory, context.clock));
    TRY_SET(const auto pending, spool.pending());
    console.say(concat(counted(pending.size(), "execution"), " to send to ",
                       address_now(definition.servers[i]), ", ", spool.parked(), " refused and parked",
                       spool.parked() > 0 ? " in " + (directory / "parked").string() : ""));
  }
  TRY_SET(const KeptAside aside, kept_aside(definition, context.clock));
  for (const std::string& words : aside.words) console.say(words);
  for (const auto& [branch, at] : state.ran) {
    const auto result = state.results.find(branch);
    const auto tested = state.tested.find(branch);
    std::string what = concat(branch, ": ", result == state.results.end() ? "" : result->second, ' ',
                              ago(at, context.clock.now()));
    if (tested != state.tested.end())
      for (const auto& [name, revision] : tested->second)
        what += concat(", ", name, ' ', revision.substr(0, 10));
    if (std::find(state.gone.begin(), state.gone.end(), branch) != state.gone.end())
      what += ", not in the repository any more";
    console.say(what);
  }
  for (const auto& [branch, met] : state.trouble)
    console.say(concat(branch, ": trouble ", ago(met.at, context.clock.now()), ": ", met.what));
  for (const ServerDefinition& server : definition.servers) {
    const auto words = farm_words(context, server);
    console.say(words ? *words : concat(server.url, ": ", words.error().context));
  }
  return {};
}

}  // namespace

Result<std::uint64_t> flush(const ClientContext& context) {
  TRY_SET(const auto definitions, chosen_definitions(context));
  std::uint64_t left = 0;
  for (const Definition& definition : definitions) {
    TRY_SET(const auto session, Session::open(definition, context.clock, context.console, context.connect));
    TRY_SET(const KeptAside aside, kept_aside(definition, context.clock));
    for (const std::string& words : aside.words) context.console.say(words);
    left += aside.executions;
    for (const auto& connection : session->connections()) {
      Positions positions;
      TRY_SET(const Flushed flushed,
              flush_spool(connection->spool(), connection->api(), positions,
                          [&](const std::string& line) { context.console.say(line); }));
      left += flushed.left;
    }
  }
  context.console.say(left == 0 ? std::string("everything is sent")
                                : concat(counted(left, "execution"), " still to send"));
  return left;
}

Status tell_status(const ClientContext& context) {
  TRY_SET(const auto definitions, chosen_definitions(context));
  for (const Definition& definition : definitions) TRY(tell_status_of(context, definition));
  return {};
}

}  // namespace testfarm
