#include "admin/retire.hpp"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include "admin/not_there.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "store/clients/state.hpp"
#include "store/farm_config.hpp"
#include "store/index/history.hpp"
#include "store/retired.hpp"

namespace testfarm {
namespace {

struct TestedBranch {
  Millis newest = 0;
  std::set<ClientId> clients;
  std::size_t retired = 0;  // for so many of them
  std::size_t gone = 0;     // from the repository, as so many of them say
};

// As of the last tick: what came since is in no index yet.
Result<std::map<std::string, TestedBranch>> tested_branches(const Layout& layout, const ProjectId& project) {
  TRY(read_farm_config(layout));
  if (!file_exists(layout.project(project))) return fail(no_project(layout, project));
  TRY_SET(auto index, Index::open(layout, second_ms));
  if (!index)
    return fail(ErrorKind::not_found,
                "there is no index yet that names branches; run testfarm-generate first");
  TRY_SET(const Retired retired, read_retired(layout, project));
  TRY_SET(const auto clients, index->clients(project));
  std::map<std::string, TestedBranch> all;
  for (const ClientRow& client : clients) {
    TRY_SET(const auto branches, History(*index).branches(client.key));
    for (const std::string& branch : branches) {
      TRY_SET(const auto last, History(*index).latest(client.key, branch, 1));
      if (last.empty()) continue;
      TestedBranch& one = all[branch];
      one.newest = std::max(one.newest, last.front().started_at);
      one.clients.insert(client.key.client);
      if (retired.branch_since(branch, last.front().started_at) > 0) ++one.retired;
      const auto gone = decode_client_state(client.state).gone;
      if (std::find(gone.begin(), gone.end(), branch) != gone.end()) ++one.gone;
    }
  }
  return all;
}

std::string pages_follow(const char* what) {
  return concat("The pages say so after the next testfarm-generate; ", what, '\n');
}

}  // namespace

Status retire_client(const Layout& layout, const ClientKey& client, Retire what, const Clock& clock,
                     std::ostream& out) {
  TRY(read_farm_config(layout));
  TRY_SET(const auto missing, missing_clients(layout));
  const bool known = std::find(missing.begin(), missing.end(), client) != missing.end();
  if (!known && !file_exists(layout.client_log(client))) return fail(no_client(layout, client));
  const std::string name = name_of(client);
  TRY_SET(const bool done, retire_client(layout, client, what == Retire::undo, clock.now()));
  if (!done) {
    out << name << " is not retired: it counts.\n";
  } else if (what == Retire::undo) {
    out << name << " counts again. " << pages_follow("what it said last is shown as before.");
  } else {
    out << "Retired " << name << ": it is counted nowhere any more, and its history stays. "
        << pages_follow("its next execution brings it back.")
        << "To keep it out besides: testfarm-admin client revoke " << layout.root().string() << ' '
        << client.project.text() << ' ' << client.client.text() << '\n';
  }
  return {};
}

Result<std::vector<ClientKey>> missing_clients(const Layout& layout) {
  std::vector<ClientKey> missing;
  auto index = Index::open(layout, second_ms);
  if (!index || !*index) return missing;
  TRY_SET(const auto projects, (*index)->projects());
  for (const ProjectId& project : projects) {
    TRY_SET(const auto clients, (*index)->clients(project));
    for (const ClientRow& client : clients)
      if (!file_exists(layout.client_log(client.key))) missing.push_back(client.key);
  }
  return missing;
}

Result<Millis> RetiredClients::since(const ClientKey& client) {
  auto known = projects_.find(client.project);
  if (known == projects_.end()) {
    TRY_SET(Retired retired, read_retired(layout_, client.project));
    known = projects_.emplace(client.project, std::move(retired)).first;
  }
  if (known->second.client_since(client.client, 0) == 0) return 0;
  if (!opened_)
    if (auto index = Index::open(layout_, second_ms)) index_ = std::move(*index);
  opened_ = true;
  if (!index_) return known->second.client_since(client.client, 0);
  TRY_SET(const auto newest, History(*index_).latest(client, 1));
  return known->second.client_since(client.client, newest.empty() ? 0 : newest.front().started_at);
}

Status retire_branch(const Layout& layout, const ProjectId& project, const std::string& branch, Retire what,
                     const Clock& clock, std::ostream& out) {
  TRY_SET(const auto known, tested_branches(layout, project));
  if (!known.contains(branch))
    return fail(ErrorKind::not_found,
                concat("nobody tested a branch ", in_quotes(branch), " of ", project.text(),
                       "; testfarm-admin branch list ", layout.root().string(), ' ', project.text(),
                       " names those that were"));
  TRY_SET(const bool done, retire_branch(layout, project, branch, what == Retire::undo, clock.now()));
  if (!done)
    out << in_quotes(branch) << " is not retired: it counts.\n";
  else if (what == Retire::undo)
    out << in_quotes(branch) << " counts again. "
        << pages_follow("what was said of it last is shown as before.");
  else
    out << "Retired " << in_quotes(branch) << ": it is counted nowhere any more, and its history stays. "
        << pages_follow("for whoever tests it again it is back.");
  return {};
}

Status list_branches(const Layout& layout, const ProjectId& project, std::ostream& out) {
  TRY_SET(const auto known, tested_branches(layout, project));
  std::vector<const std::pair<const std::string, TestedBranch>*> all;
  for (const auto& entry : known) all.push_back(&entry);
  std::stable_sort(all.begin(), all.end(), [](const auto* one, const auto* other) {
    return one->second.newest > other->second.newest;
  });
  for (const auto* entry : all) {
    const TestedBranch& one = entry->second;
    // As a client sent it: a terminal would obey what is in it.
    out << plain_line(entry->first) << "  last tested " << iso_time(one.newest) << ", by "
        << counted(one.clients.size(), "client");
    if (one.retired == one.clients.size())
      out << ", retired";
    else if (one.retired > 0)
      out << ", retired for " << one.retired << " of them";
    if (one.gone > 0)
      out << ", not in the repository any more, as " << counted(one.gone, "client")
          << (one.gone == 1 ? " says" : " say");
    out << '\n';
  }
  if (all.empty()) out << "Nobody has tested a branch of " << project.text() << " yet.\n";
  return {};
}

}  // namespace testfarm
