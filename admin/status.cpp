#include "admin/status.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <ostream>

#include "admin/retire.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "store/clients/all_clients.hpp"
#include "store/clients/door_note.hpp"
#include "store/clients/state.hpp"
#include "store/counters.hpp"
#include "store/farm_config.hpp"
#include "store/index/index.hpp"
#include "store/last_good.hpp"
#include "store/retired.hpp"

namespace testfarm {
namespace {

std::string size_words(std::uint64_t bytes) {
  if (bytes < 10'000) return concat(bytes, " bytes");
  if (bytes < 10'000'000) return concat(bytes / 1000, " kB");
  if (bytes < 10'000'000'000) return concat(bytes / 1'000'000, " MB");
  return concat(bytes / 1'000'000'000, " GB");
}

std::string age_words(Millis age) {
  if (age < 2 * minute_ms) return concat(age / second_ms, " s");
  if (age < 2 * hour_ms) return concat(age / minute_ms, " min");
  if (age < 2 * day_ms) return concat(age / hour_ms, " h");
  return concat(age / day_ms, " days");
}

void tell_traffic(const Layout& layout, Millis now, std::ostream& out) {
  const auto counters = Counters::open(layout, CounterFile::Mode::existing);
  if (!counters) {
    out << "Nothing has come in yet: no endpoint has served this farm.\n";
    return;
  }
  for (const auto& [words, hours] :
       {std::pair<const char*, std::uint64_t>{"This hour", 1}, {"24 hours", 24}}) {
    const Counts sums = counters->sum(now, hours);
    out << words << ": " << counted(sums[1], "event") << " in " << counted(sums[0], "POST") << ", "
        << size_words(sums[2]) << "; " << counted(sums[3], "heartbeat") << '\n';
  }
  const Counts day = counters->sum(now, 24);
  std::string refusals;
  for (std::size_t i = first_refusal; i < counted_names.size(); ++i)
    if (day[i] > 0) refusals += concat(refusals.empty() ? "" : ", ", day[i], ' ', counted_names[i]);
  out << "Refused in 24 hours: " << (refusals.empty() ? "nothing" : refusals) << '\n';
}

Status tell_slips(const Layout& layout, std::ostream& out) {
  TRY_SET(const auto slips, find_slips(layout));
  for (const Slip& slip : slips)
    out << slip.what << "\n  until that is mended, what the file said when it was last right counts\n";
  return {};
}

// Of the clients of one kind, how many, and the first few by name.
struct Named {
  std::uint64_t count = 0;
  std::string names;

  static constexpr std::uint64_t most = 10;

  void add(const ClientKey& client, const std::string& words = {}) {
    if (++count > most) return;
    names += concat(names.empty() ? "" : ", ", client.project.text(), '/', client.client.text(), words);
  }
  std::string text() const {
    const std::uint64_t named = std::min(count, most);
    return concat(names, count > named ? concat(" and ", count - named, " more") : "");
  }
};

struct Clients {
  std::uint64_t counted = 0;  // all but the retired
  Named running, late, unpromised, silent, retired;
  std::array<Named, 4> at_door;  // by AtDoor
  bool gone = false;             // some are late for so long that they may be gone for good
};

constexpr std::size_t most_gone = 10;  // branches that are named
constexpr Millis long_late = 30 * day_ms;
constexpr Millis notes_of = 2 * day_ms;  // who has not come since then has given up

// Who sends with a token has no heartbeat and promises nothing.
Result<bool> has_reported(const Layout& layout, const ClientKey& client) {
  TRY_SET(const auto names, list_directory(layout.client(client)));
  return std::any_of(names.begin(), names.end(),
                     [](const auto& name) { return parse_month(name).has_value(); });
}

Status add_client(const Layout& layout, const ClientKey& key, Millis late_before, RetiredClients& retired,
                  Clients& all) {
  TRY_SET(const ClientState state, read_client_state(layout, key));
  TRY_SET(const Millis since, retired.since(key));
  if (since > 0) {
    all.retired.add(key);
    return {};
  }
  ++all.counted;
  TRY_SET(const auto door, read_door_note(layout, key));
  if (door && door->at >= late_before - notes_of)
    all.at_door.at(static_cast<std::size_t>(door->what))
        .add(key, door->what == AtDoor::revoked ? std::string() : concat(" (", door->address, ')'));
  if (state.heard_at == 0) {
    TRY_SET(const bool reported, has_reported(layout, key));
    (reported ? all.unpromised : all.silent).add(key);
  } else if (state.deadline < late_before) {
    all.late.add(key, concat(" since ", iso_time(state.deadline)));
    if (state.deadline < late_before - long_late) all.gone = true;
  } else if (state.activity == Activity::running) {
    all.running.add(key);
  }
  return {};
}

Result<Clients> read_clients(const Layout& layout, const FarmConfig& config, Millis now) {
  Clients all;
  RetiredClients retired(layout);
  TRY_SET(const auto clients, all_clients(layout));
  for (const ClientKey& client : clients) TRY(add_client(layout, client, now - config.grace, retired, all));
  return all;
}

void tell_clients(const Clients& all, const std::string& farm, std::ostream& out) {
  out << counted(all.counted, "client") << ": " << all.running.count << " running, " << all.late.count
      << " late, " << all.silent.count << " never heard of";
  if (all.unpromised.count > 0) out << ", " << all.unpromised.count << " without heartbeats";
  if (all.retired.count > 0) out << "; retired: " << all.retired.count;
  out << '\n';
  for (const auto& [word, named] :
       {std::pair<const char*, const Named*>{"late", &all.late},
        {"never heard of", &all.silent},
        {"without heartbeats, so nobody knows whether they are late", &all.unpromised},
        {"retired", &all.retired},
        {"still at an address of before; they follow where they can, else tell them to change server",
         &all.at_door[0]},
        {"refused, at an address of before whose day is over; give it a later until, or tell them",
         &all.at_door[1]},
        {"refused, at an address that is neither base_url nor a [[former]] one in farm.toml; name it there, "
         "or tell them",
         &all.at_door[3]},
        {"refused, for their key was revoked; who is meant to report wants an invite", &all.at_door[2]}})
    if (named->count > 0) out << "  " << word << ": " << named->text() << '\n';
  if (all.gone) out << "    Gone for good? testfarm-admin client retire " << farm << " PROJECT CLIENT\n";
}

// Nothing is removed: it may be a mount that is away, and the pages stay right until somebody says otherwise.
Status tell_missing(const Layout& layout, std::ostream& out) {
  TRY_SET(const auto missing, missing_clients(layout));
  if (missing.empty()) return {};
  RetiredClients retired(layout);
  Named named;
  for (const ClientKey& client : missing) {
    TRY_SET(const Millis since, retired.since(client));
    if (since == 0) named.add(client);
  }
  if (named.count == 0) return {};
  out << "  their directories are not there: " << named.text()
      << "\n    A mount that is away? Else put them back from a backup, or: testfarm-admin client retire "
      << layout.root().string() << " PROJECT CLIENT\n";
  return {};
}

// Whose clients are refused like strangers.
Status tell_removed(const Layout& layout, std::ostream& out) {
  TRY_SET(const auto removed, list_directory(layout.removed()));
  for (const auto& one : removed) {
    const auto directory = ProjectId::parse(one.substr(0, one.rfind('.')));
    if (!directory || file_exists(layout.project(*directory))) continue;
    out << "  removed, and its clients are refused: " << layout.names().now(*directory).text()
        << "; back again: testfarm-admin project restore " << layout.root().string() << ' '
        << layout.names().now(*directory).text() << " --date " << one.substr(one.rfind('.') + 1) << '\n';
  }
  return {};
}

// Still counted, for who knows whether it was deleted for good.
Status tell_gone(const Layout& layout, std::ostream& out) {
  std::map<std::pair<ProjectId, std::string>, std::size_t> gone;  // how many clients say so
  TRY_SET(const auto clients, all_clients(layout));
  for (const ClientKey& client : clients) {
    TRY_SET(const ClientState state, read_client_state(layout, client));
    if (state.gone.empty()) continue;
    TRY_SET(const Retired retired, read_retired(layout, client.project));
    for (const std::string& branch : state.gone)
      if (retired.branch_since(branch, 0) == 0) ++gone[{client.project, branch}];
  }
  std::size_t told = 0;
  for (const auto& [branch, count] : gone) {
    if (++told > most_gone) break;
    out << "  " << in_quotes(plain_line(branch.second)) << " of " << branch.first.text()
        << " is not in the repository any more, as " << counted(count, "client")
        << (count == 1 ? " says" : " say") << "; count it no more: testfarm-admin branch retire "
        << layout.root().string() << ' ' << branch.first.text() << ' '
        << in_shell_quotes(plain_line(branch.second)) << '\n';
  }
  if (gone.size() > most_gone) out << "  and " << gone.size() - most_gone << " more branches that are gone\n";
  return {};
}

Status tell_pages(const Layout& layout, const FarmConfig& config, Millis now, std::ostream& out) {
  TRY_SET(const auto ticked, facts_at(layout.ticked()));
  out << "Pages: in " << config.site.string();
  if (!ticked)
    out << ", never made: run testfarm-generate " << layout.root().string() << '\n';
  else
    out << ", looked at " << age_words(std::max<Millis>(now - ticked->modified, 0)) << " ago\n";
  return {};
}

// How far the index is behind the logs: markers, and the bytes of their logs that no row has folded.
Status tell_lag(const Layout& layout, Millis now, std::ostream& out) {
  auto index = Index::open(layout, second_ms);
  if (!index || !*index) {
    out << "Index: none that can be used; the next testfarm-generate makes it\n";
    return {};
  }
  Index& open = **index;
  std::uint64_t executions = 0, behind = 0;
  Millis oldest = now;
  TRY_SET(const auto names, list_directory(layout.open()));
  for (const auto& name : names) {
    const auto marker = MarkerName::parse(name);
    if (!marker || !marker->execution) continue;
    const ExecutionKey key{layout.names().now(ClientKey{marker->project, *marker->client}),
                           *marker->execution};
    TRY_SET(auto row, open.execution(key));
    // Renamed since the last tick: there by the name of then.
    for (const auto& former : layout.names().former(key.owner)) {
      if (row) break;
      TRY_SET(row, open.execution({former.key, key.execution}));
    }
    TRY_SET(const auto log, facts_at(layout.log(key)));
    const std::uint64_t size = log ? log->size : 0;
    const std::uint64_t folded = row ? row->offset : 0;
    ++executions;
    if (size <= folded) continue;
    behind += size - folded;
    oldest = std::min(oldest, log->modified);
  }
  out << "Index: " << counted(executions, "execution") << " open, " << size_words(behind)
      << " of logs not folded yet";
  if (behind > 0) out << ", the oldest from " << age_words(now - oldest) << " ago";
  TRY_SET(const auto facts, facts_at(layout.current_index()));
  out << "; its file has " << size_words(facts ? facts->size : 0) << '\n';
  return {};
}

std::uint64_t bytes_below(const Path& directory) {
  std::uint64_t sum = 0;
  std::error_code failed;
  for (std::filesystem::recursive_directory_iterator at(directory, failed), end; !failed && at != end;
       at.increment(failed)) {
    const auto facts = facts_at(at->path());
    if (facts && *facts && at->is_regular_file(failed)) sum += (*facts)->size;
  }
  return sum;
}

}  // namespace

Status tell_farm_status(const Layout& layout, const Clock& clock, bool sizes, std::ostream& out) {
  TRY_SET(const FarmConfigAtHand farm, farm_config_at_hand(layout));
  const FarmConfig& config = farm.config;
  const Millis now = clock.now();
  out << config.title << ", " << config.base_url << ", " << iso_time(now) << '\n';
  for (const std::string& remark : config.remarks) out << "farm.toml: " << remark << '\n';
  TRY(tell_slips(layout, out));
  tell_traffic(layout, now, out);
  TRY_SET(const Clients clients, read_clients(layout, config, now));
  tell_clients(clients, layout.root().string(), out);
  TRY(tell_missing(layout, out));
  TRY(tell_gone(layout, out));
  TRY(tell_removed(layout, out));
  TRY(tell_pages(layout, config, now, out));
  TRY(tell_lag(layout, now, out));
  TRY_SET(const FreeSpace space, free_space(layout.root()));
  out << "Disk: " << size_words(space.bytes) << " free";
  if (space.inodes) out << ", " << *space.inodes << " inodes free";
  if (sizes)
    out << "; logs and index take " << size_words(bytes_below(layout.root())) << ", pages "
        << size_words(bytes_below(config.site));
  out << (sizes ? "\n" : " (--sizes adds up what farm and pages take)\n");
  return {};
}

}  // namespace testfarm
