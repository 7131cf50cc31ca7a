#include "client/report/farm_connection.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace testfarm {

// Its owner may have taken over a name that the farm gave.
static bool is_own_name(const ServerDefinition& server, const ClientSecret& secret, const ClientKey& name) {
  const auto given = read_known_farm(server.key_file).names;
  return secret.id.owner == name || std::find(given.begin(), given.end(), name) != given.end();
}

Result<ClientSecret> registered_secret(const ServerDefinition& server) {
  auto secret = read_key_file(server.key_file);
  if (!secret && secret.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::not_found,
                concat("there is no key ", server.key_file.string(),
                       "; this makes and registers one: testfarm init --server ", server.url,
                       " --invite CODE, with an invite of the farm's maintainer"));
  if (!secret) return secret;
  if (secret->id.number == 0)
    return fail(ErrorKind::bad_input,
                concat(server.key_file.string(),
                       " is not registered yet; run `testfarm init` again with its invite"));
  if (!is_own_name(server, *secret, server.client))
    return fail(
        ErrorKind::bad_input,
        concat(
            server.key_file.string(), " is registered for ", secret->id.text(), " and not for ",
            server.client.project.text(), '/', server.client.client.text(),
            "; run `testfarm init` with an invite for it, or, if the farm gave it that name, write the name "
            "of before. Of two clients of one name in a file the first has NAME.key: put it first again"));
  return secret;
}

Result<std::vector<SpoolAside>> spools_aside(const Path& state_directory, const std::vector<Path>& in_use) {
  std::vector<SpoolAside> aside;
  TRY_SET(const auto names, list_directory(state_directory));
  for (const std::string& name : names) {
    const Path directory = state_directory / name;
    if (!name.starts_with("spool") || std::find(in_use.begin(), in_use.end(), directory) != in_use.end())
      continue;
    TRY_SET(const auto farm, read_file_if_there(directory / "farm"));
    if (farm) aside.push_back({directory, std::string(trim(*farm))});
  }
  return aside;
}

namespace {

// Events of an execution, on their way or parked.
bool keeps_something(const Path& spool) {
  const auto names = list_directory(spool);
  return !names || std::any_of(names->begin(), names->end(),
                               [](const std::string& name) { return name.ends_with(".jsonl"); });
}

Status move(const Path& from, const Path& to) {
  std::error_code failed;
  std::filesystem::rename(from, to, failed);
  if (failed) return fail(ErrorKind::io, concat("could not move ", from.string(), ": ", failed.message()));
  return {};
}

// What was written as one client is not sent as another: where the definition now names another project or
// client, the spool is put beside, whole, and comes back when it names the old one again. A farm that has
// only moved to another address gets what was kept for it: the key proves who we are, there as here.
Status keep_apart(const ServerDefinition& server, const ClientSecret& secret, const Path& directory,
                  const FarmConnection::Say& say) {
  const Path note = directory / "farm";
  const std::string own = name_of(server.client);
  const std::string now = concat(server.url, ' ', own, '\n');
  TRY_SET(const auto before, read_file_if_there(note));
  if (before == now) return {};
  const bool any = before && keeps_something(directory);
  const auto whose = before ? client_called(trim(before->substr(before->rfind(' ') + 1))) : std::nullopt;
  if (whose && is_own_name(server, secret, *whose)) {
    if (any) say(concat("what was kept for ", trim(*before), " goes to ", server.url, " now"));
    return replace_file(note, now, Sync::yes);
  }
  if (before) {
    const Path aside = concat(directory.string(), "-of-before-", random_name(6));
    TRY(move(directory, aside));
    if (any)
      say(concat("what was kept for ", trim(*before), " is in ", aside.string(),
                 " now, and goes when testfarm.toml names that client again"));
  }
  TRY_SET(const auto others, spools_aside(directory.parent_path(), {directory}));
  const auto own_one = std::find_if(others.begin(), others.end(),
                                    [&](const SpoolAside& one) { return one.farm.ends_with(' ' + own); });
  if (own_one != others.end() && !file_exists(directory)) {
    TRY(move(own_one->directory, directory));
    say(concat("what was kept for ", own_one->farm, " is taken up again"));
  }
  TRY(make_directories(directory, Sync::yes));
  return replace_file(note, now, Sync::yes);
}

}  // namespace

Result<std::unique_ptr<FarmConnection>> FarmConnection::open(const ServerDefinition& server,
                                                             const Path& directory, const Connect& connect,
                                                             const Clock& clock, Say say) {
  TRY_SET(const ClientSecret secret, registered_secret(server));
  TRY(keep_apart(server, secret, directory, say));
  TRY_SET(Spool spool, Spool::open(directory, clock));
  const Path counter_file = directory / "counter";
  TRY_SET(const auto counter, read_file_if_there(counter_file));
  TRY_SET(auto events, connect());
  TRY_SET(auto heartbeats, connect());
  return std::unique_ptr<FarmConnection>(new FarmConnection(
      server, secret, std::move(spool), counter_file, to_unsigned(trim(counter.value_or(""))).value_or(0),
      std::move(events), std::move(heartbeats), clock, std::move(say)));
}

FarmConnection::FarmConnection(const ServerDefinition& server, const ClientSecret& secret, Spool spool,
                               Path counter_file, std::uint64_t counter, std::unique_ptr<Transport> events,
                               std::unique_ptr<Transport> heartbeats, const Clock& clock, Say say)
    : spool_(std::move(spool)),
      clock_(clock),
      say_(std::move(say)),
      event_transport_(std::move(events)),
      heartbeat_transport_(std::move(heartbeats)),
      moves_(server, *heartbeat_transport_, clock, say_),
      api_(*event_transport_, moves_.address(), secret, clock),
      heartbeat_api_(*heartbeat_transport_, moves_.address(), secret, clock),
      counter_file_(std::move(counter_file)),
      counter_(counter),
      used_(counter) {
  api_.on_requests([this](const std::vector<ClientRequest>& commands) { hear(commands); });
}

bool FarmConnection::send_heartbeat(Heartbeat heartbeat) {
  const std::scoped_lock beating(sending_heartbeat_);
  const auto unconfirmed = spool_.unconfirmed();
  {
    const std::scoped_lock lock(mutex_);
    heartbeat.done = done_;
  }
  for (int tries = 0; tries < 2; ++tries) {
    // Another program of this client may send heartbeats too (`testfarm away`): the time keeps their counters
    // apart.
    used_ = std::max(used_ + 1, static_cast<std::uint64_t>(std::max<Millis>(clock_.now(), 0)));
    heartbeat.acknowledged = counter_;
    const auto answer = heartbeat_api_.heartbeat(heartbeat, used_);
    if (answer) {
      heard(*answer, heartbeat.done, unconfirmed.value_or(std::vector<std::string>{}));
      return true;
    }
    if (answer.error().kind == ErrorKind::conflict) continue;
    // Nobody answers for the farm, or a farm of which this is no address any more.
    const bool elsewhere =
        answer.error().kind == ErrorKind::unavailable || answer.error().kind == ErrorKind::unauthorized;
    if (elsewhere && tries == 0 && follow(moves_.look())) continue;
    say_(answer.error().context);
    return false;
  }
  return false;
}

void FarmConnection::heard(const HeartbeatAnswer& answer, const std::vector<std::string>& done,
                           const std::vector<std::string>& unconfirmed) {
  // What forgot a heartbeat may have forgotten executions too.
  if (answer.restored) {
    const auto recalled = spool_.recall();
    if (!recalled) return say_(recalled.error().context);  // the farm says it again
    say_(concat(moves_.address(), " was restored from a copy; ", counted(*recalled, "execution"),
                " of the last days are offered again"));
  }
  counter_ = used_;
  // Kept before what it confirms is forgotten.
  auto kept = replace_file(counter_file_, concat(counter_, '\n'), Sync::yes);
  if (kept) kept = spool_.confirm(unconfirmed);
  if (!kept) say_(kept.error().context);
  {
    const std::scoped_lock lock(mutex_);
    for (const std::string& id : done) std::erase(done_, id);
  }
  hear(answer.commands);
  // Not from the answer that also leads away.
  if (answer.moved_to.empty()) moves_.learn_key(answer.farm_key);
  follow(moves_.told(answer.moved_to, answer.moved_signature));
  // Without a name the farm knows it by the one that it signs with: also after it was renamed back.
  moves_.learn_name(answer.called.empty() ? name_of(api_.secret().id.owner) : answer.called);
}

bool FarmConnection::follow(const std::optional<std::string>& moved) {
  if (!moved) return false;
  api_.move_to(*moved);
  heartbeat_api_.move_to(*moved);
  return true;
}

void FarmConnection::hear(const std::vector<ClientRequest>& commands) {
  const std::scoped_lock lock(mutex_);
  for (const ClientRequest& command : commands) {
    if (std::find(known_.begin(), known_.end(), command.id) != known_.end()) continue;
    known_.push_back(command.id);
    commands_.push_back(command);
  }
}

std::vector<ClientRequest> FarmConnection::take_requests() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(commands_, {});
}

void FarmConnection::done(const std::string& command) {
  const std::scoped_lock lock(mutex_);
  done_.push_back(command);
}

bool FarmConnection::owes() const {
  const std::scoped_lock lock(mutex_);
  return !done_.empty();
}

}  // namespace testfarm
