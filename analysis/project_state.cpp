#include "analysis/project_state.hpp"
#include "store/index/commits.hpp"
#include "store/last_good.hpp"

#include <algorithm>
#include <iterator>
#include <map>

namespace testfarm {
namespace {

// Of the default branch where there are results on it.
Status read_all_stats(Index& index, ProjectState& project) {
  std::vector<std::vector<StatChange>*> all;
  for (ClientOverview& client : project.clients) {
    const BranchState* main = client.on(project.default_branch());
    if (main != nullptr && main->last)
      client.stats_branch = main->branch;
    else if (!client.branches.empty())
      client.stats_branch = client.branches.front().branch;
    TRY(read_stats(index, project.config.main_stat, project.config.stats, client));
    all.push_back(&client.stat_changes);
  }
  return share_stat_ranges(index, all);
}

// The one that project.toml names, else the usual names, else the one that comes first.
std::string guess_default(const std::string& configured, const std::vector<std::string>& names) {
  if (!configured.empty()) return configured;
  for (const char* usual : {"main", "master", "trunk", "default", "develop"})
    if (std::find(names.begin(), names.end(), usual) != names.end()) return usual;
  return names.empty() ? std::string() : names.front();
}

// The default branch and the pinned ones, then those that were active in the last month: what most clients
// test before what few do, then the most recently active; then the others by that.
std::vector<std::string> branches_of(const std::vector<ClientOverview>& clients,
                                     const ProjectConfig& config) {
  struct Seen {
    Millis active = 0;
    std::size_t clients = 0;
  };
  std::map<std::string, Seen> all;
  Millis newest = 0;
  for (const auto& client : clients)
    for (const auto& branch : client.branches) {
      Seen& seen = all[branch.branch];
      seen.active = std::max(seen.active, branch.active_at());
      ++seen.clients;
      newest = std::max(newest, seen.active);
    }
  std::vector<std::string> names;
  for (const auto& [name, seen] : all) names.push_back(name);
  std::stable_sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    const Seen& one = all.at(a);
    const Seen& other = all.at(b);
    const bool lives = one.active + 30 * day_ms >= newest;
    if (lives != (other.active + 30 * day_ms >= newest)) return lives;
    if (lives && one.clients != other.clients) return one.clients > other.clients;
    return one.active > other.active;
  });
  std::vector<std::string> first{guess_default(config.branch, names)};
  for (const std::string& pinned : config.pinned)
    if (all.contains(pinned) && std::find(first.begin(), first.end(), pinned) == first.end())
      first.push_back(pinned);
  if (first.front().empty()) first.clear();
  std::erase_if(names, [&](const std::string& name) {
    return std::find(first.begin(), first.end(), name) != first.end();
  });
  names.insert(names.begin(), first.begin(), first.end());
  return names;
}

// How a client stands on the default branch, the worst first: by the standing of what it fails with.
int rank(const ProjectState& project, const ClientOverview& client) {
  constexpr int trouble = 10, elsewhere = 11, well = 12, silent = 13;
  const std::string& main = project.default_branch();
  if (const BranchState* state = client.on(main); state != nullptr && state->fails()) {
    const Problem* problem = project.problem_of(*state);
    return static_cast<int>(problem != nullptr ? problem->standing : Standing::old);
  }
  if (client.in_trouble_on(main)) return trouble;
  if (client.branches.empty()) return silent;
  const bool fails = std::any_of(client.branches.begin(), client.branches.end(),
                                 [](const BranchState& branch) { return branch.fails(); });
  return fails ? elsewhere : well;
}

}  // namespace

const std::string& ProjectState::default_branch() const {
  static const std::string none;
  return all_branches.empty() ? none : all_branches.front();
}

const BranchProblems* ProjectState::problems_on(const std::string& branch) const {
  for (const auto* all : {&problems, &quiet_problems})
    for (const BranchProblems& one : *all)
      if (one.branch == branch) return &one;
  return nullptr;
}

const Problem* ProjectState::problem_of(const BranchState& branch) const {
  const BranchProblems* on = problems_on(branch.branch);
  if (on == nullptr || !branch.fails() || branch.last->summary.failures.empty()) return nullptr;
  const std::string& first = branch.last->summary.failures.front().fingerprint;
  const auto found = std::find_if(on->problems.begin(), on->problems.end(),
                                  [&](const Problem& one) { return one.story.fingerprint == first; });
  return found == on->problems.end() ? nullptr : &*found;
}

namespace {
template <typename Predicate>
std::size_t count_clients(const ProjectState& project, Predicate predicate) {
  return static_cast<std::size_t>(std::count_if(project.clients.begin(), project.clients.end(), predicate));
}
}  // namespace

std::size_t ProjectState::failing() const {
  return count_clients(*this, [&](const auto& client) { return client.fails_on(default_branch()); });
}

std::size_t ProjectState::troubled() const {
  return count_clients(*this, [&](const auto& client) { return client.in_trouble_on(default_branch()); });
}

std::size_t ProjectState::with_results() const {
  return count_clients(*this, [&](const auto& client) {
    const BranchState* state = client.on(default_branch());
    return state != nullptr && state->last.has_value();
  });
}

std::size_t ProjectState::failing_elsewhere() const {
  return count_clients(*this, [&](const auto& client) {
    return !client.fails_on(default_branch()) &&
           std::any_of(client.branches.begin(), client.branches.end(),
                       [](const BranchState& branch) { return branch.fails(); });
  });
}

// Who has a commit by now is known by the order of commits.
static Status read_commit_times(Index& index, ProjectState& project) {
  for (ClientOverview& client : project.clients)
    for (BranchState& branch : client.branches) {
      const Progress came = branch.last ? branch.last->summary.progress : Progress::running;
      if (branch.branch != project.default_branch() || (came != Progress::passed && came != Progress::failed))
        continue;
      const auto& repositories = branch.last->summary.repositories;
      if (repositories.empty()) continue;
      TRY_SET(const auto commit, Commits(index).commit(project.id, branch.branch, repositories[0].name,
                                                       repositories[0].revision));
      // One of which nothing but the revision is known stands at the time of its first test.
      if (commit && !commit->author.empty()) branch.commit_at = commit->at;
    }
  return {};
}

namespace {

// Takes branches out of those that count.
template <typename Counts>
void leave_out(ClientOverview& client, Counts counts) {
  const auto rest = std::stable_partition(client.branches.begin(), client.branches.end(), counts);
  client.left_out.insert(client.left_out.end(), std::make_move_iterator(rest),
                         std::make_move_iterator(client.branches.end()));
  client.branches.erase(rest, client.branches.end());
}

void leave_out_retired(const Retired& retired, ClientOverview& client) {
  client.retired_at = retired.client_since(client.key.client, client.active_at());
  for (BranchState& branch : client.branches)
    branch.retired_at = retired.branch_since(branch.branch, branch.active_at());
  leave_out(client, [](const BranchState& branch) { return branch.retired_at == 0; });
}

// Counted from the project's last sign of life: nothing falls silent because nobody looks.
void leave_out_quiet(ProjectState& project) {
  if (project.config.branches_for == 0) return;
  const Millis from = project.last_activity - project.config.branches_for;
  std::map<std::string, Millis> active;
  for (const ClientOverview& client : project.clients)
    for (const BranchState& branch : client.branches)
      active[branch.branch] = std::max(active[branch.branch], branch.active_at());
  const auto& pinned = project.config.pinned;
  std::erase_if(project.all_branches, [&](const std::string& name) {
    return name != project.default_branch() && active[name] < from &&
           std::find(pinned.begin(), pinned.end(), name) == pinned.end();
  });
  const auto counts = [&](const auto& one) {
    return std::find(project.all_branches.begin(), project.all_branches.end(), one.branch) !=
           project.all_branches.end();
  };
  for (ClientOverview& client : project.clients) leave_out(client, counts);
  const auto quiet = std::stable_partition(project.problems.begin(), project.problems.end(), counts);
  project.quiet_problems.assign(std::make_move_iterator(quiet),
                                std::make_move_iterator(project.problems.end()));
  project.problems.erase(quiet, project.problems.end());
}

void name_left_out(ProjectState& project) {
  std::map<std::string, Millis> active;
  for (const auto* clients : {&project.clients, &project.retired})
    for (const ClientOverview& client : *clients)
      for (const auto* branches : {&client.branches, &client.left_out})
        for (const BranchState& branch : *branches)
          active[branch.branch] = std::max(active[branch.branch], branch.active_at());
  for (const std::string& name : project.all_branches) active.erase(name);
  for (const auto& [name, at] : active) project.left_out.push_back(name);
  std::stable_sort(project.left_out.begin(), project.left_out.end(),
                   [&](const std::string& a, const std::string& b) { return active.at(a) > active.at(b); });
}

}  // namespace

const ClientOverview* ProjectState::client(const ClientId& name) const {
  for (const auto* all : {&clients, &retired})
    for (const ClientOverview& client : *all)
      if (client.key.client == name) return &client;
  return nullptr;
}

Result<ProjectState> read_project_state(const Layout& layout, Index& index, const ProjectId& id) {
  ProjectState project{.id = id, .last_activity = 0};
  TRY_SET(project.config, project_config_at_hand(layout, id));
  TRY_SET(const Retired retired, index.retired(id));
  TRY_SET(const auto rows, index.clients(id));
  for (const ClientRow& row : rows) {
    TRY_SET(ClientOverview client, read_client(layout, index, row));
    leave_out_retired(retired, client);
    project.last_activity = std::max(project.last_activity, client.active_at());
    (client.retired_at > 0 ? project.retired : project.clients).push_back(std::move(client));
  }
  project.all_branches = branches_of(project.clients, project.config);
  TRY_SET(project.problems,
          read_problems(index, {id, project.config, project.clients, project.all_branches}));
  leave_out_quiet(project);
  name_left_out(project);
  project.branches.assign(project.all_branches.begin(),
                          project.all_branches.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                             most_branches, project.all_branches.size())));
  TRY(read_all_stats(index, project));
  TRY(read_commit_times(index, project));
  std::stable_sort(project.clients.begin(), project.clients.end(),
                   [&](const auto& a, const auto& b) { return rank(project, a) < rank(project, b); });
  return project;
}

}  // namespace testfarm
