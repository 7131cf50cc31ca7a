#include "analysis/project_state.hpp"
#include "store/index/branch_results.hpp"
#include "store/index/history.hpp"

#include <algorithm>
#include <iterator>
#include <map>

namespace testfarm {
namespace {

bool last_is(const BranchState& branch, Progress progress) {
  return branch.last && branch.last->summary.progress == progress;
}

Result<BranchState> read_branch(Index& index, const ClientKey& client, const std::string& name) {
  BranchState branch;
  branch.branch = name;
  TRY_SET(branch.recent, History(index).latest(client, name, recent_results));
  const auto ended =
      std::find_if(branch.recent.begin(), branch.recent.end(),
                   [](const ExecutionHeader& header) { return header.progress != Progress::running; });
  if (ended == branch.recent.end()) return branch;
  TRY_SET(branch.last, index.execution_in_short(ended->key));
  for (auto at = ended; at != branch.recent.end() && at->progress == ended->progress; ++at) ++branch.in_a_row;
  if (ended->progress == Progress::passed) return branch;
  TRY_SET(branch.last_passed, BranchResults(index).last_passed(client, name));
  TRY_SET(const auto first, BranchResults(index).first_failed_after(
                                client, name, branch.last_passed ? branch.last_passed->started_at : -1));
  if (first) {
    TRY_SET(branch.failing_since, index.execution_in_short(first->key));
  }
  return branch;
}

Millis activity_of(const BranchState& branch) {
  return branch.recent.empty() ? 0 : branch.recent.front().started_at;
}

// How long it took last time.
Status read_expected(Index& index, ClientOverview& client) {
  TRY_SET(const auto passed, BranchResults(index).last_passed(client.key, client.running->summary.branch));
  if (!passed) return {};
  TRY_SET(const auto row, index.execution_in_short(passed->key));
  if (row) client.expected = row->summary.duration;
  return {};
}

// The stat that project.toml names, else the first by name, over the last results of the busiest branch.
Status read_stat(Index& index, const std::string& wanted, ClientOverview& client) {
  if (client.branches.empty()) return {};
  const auto& recent = client.branches.front().recent;
  for (std::size_t i = 0; i < recent.size() && client.points.size() < plotted; ++i) {
    if (recent[i].progress != Progress::passed && recent[i].progress != Progress::failed) continue;
    TRY_SET(const auto row, index.execution_in_short(recent[i].key));
    if (!row || row->summary.stats.empty()) continue;
    const Stats& stats = row->summary.stats;
    if (client.stat.empty()) client.stat = wanted.empty() ? stats.begin()->first : wanted;
    if (const auto stat = stats.find(client.stat); stat != stats.end())
      client.points.push_back({stat->second, recent[i].progress == Progress::failed ? 'f' : 'p'});
  }
  std::reverse(client.points.begin(), client.points.end());
  return {};
}

Status read_stat_changes(Index& index, const std::vector<StatRule>& rules, ClientOverview& client) {
  if (client.branches.empty()) return {};
  TRY_SET(const auto headers,
          History(index).latest(client.key, client.branches.front().branch, judged_for_stat_changes));
  std::vector<ExecutionRow> rows;
  for (const ExecutionHeader& header : headers) {
    TRY_SET(auto row, index.execution_in_short(header.key));
    if (row) rows.push_back(*std::move(row));
  }
  client.stat_changes = stat_changes(rows, rules);
  return {};
}

Result<ClientOverview> read_client(const Layout& layout, Index& index, const ClientRow& row,
                                   const ProjectConfig& project) {
  TRY_SET(ClientConfig config, read_client_config(layout, row.key));
  ClientOverview client{
      .key = row.key, .config = std::move(config), .state = decode_client_state(row.state), .expected = 0};
  TRY_SET(const auto branches, History(index).branches(row.key));
  for (const auto& name : branches) {
    TRY_SET(BranchState branch, read_branch(index, row.key, name));
    client.branches.push_back(std::move(branch));
  }
  std::sort(client.branches.begin(), client.branches.end(),
            [](const BranchState& a, const BranchState& b) { return activity_of(a) > activity_of(b); });
  TRY_SET(const auto newest, History(index).latest(row.key, 1));
  if (!newest.empty() && newest.front().progress == Progress::running) {
    TRY_SET(client.running, index.execution_in_short(newest.front().key));
    TRY(read_expected(index, client));
  }
  TRY(read_stat(index, project.main_stat, client));
  TRY(read_stat_changes(index, project.stats, client));
  return client;
}

std::vector<std::string> columns(const std::vector<ClientOverview>& clients) {
  std::map<std::string, Millis> active;
  for (const auto& client : clients)
    for (const auto& branch : client.branches)
      active[branch.branch] = std::max(active[branch.branch], activity_of(branch));
  std::vector<std::pair<Millis, std::string>> order;
  for (const auto& [name, at] : active) order.emplace_back(-at, name);
  std::sort(order.begin(), order.end());
  std::vector<std::string> names;
  for (const auto& [at, name] : order)
    if (names.size() < most_branches) names.push_back(name);
  return names;
}

void by_weight(std::vector<Story>& stories) {
  const auto weight = [](const Story& story) { return story.flakiness.flaky() ? 0 : story.open; };
  std::stable_sort(stories.begin(), stories.end(),
                   [&](const Story& a, const Story& b) { return weight(a) > weight(b); });
}

int rank(const ClientOverview& client) {
  if (client.fails()) return 0;
  if (client.in_trouble()) return 1;
  return client.branches.empty() ? 3 : 2;
}

}  // namespace

std::vector<StatChange> stat_changes(const std::vector<ExecutionRow>& rows,
                                     const std::vector<StatRule>& rules) {
  std::map<std::string, std::vector<const ExecutionRow*>> having;  // oldest first
  for (auto row = rows.rbegin(); row != rows.rend(); ++row)
    if (row->summary.progress == Progress::passed)
      for (const auto& [name, value] : row->summary.stats) having[name].push_back(&*row);
  std::vector<StatChange> all;
  for (const auto& [name, executions] : having) {
    std::vector<double> values;
    for (const ExecutionRow* row : executions) values.push_back(row->summary.stats.at(name));
    const StatRule rule = rule_for(rules, name);
    for (const SeriesChange& move : changes_in(values, rule)) {
      const ExecutionRow& row = *executions[move.at];
      const Summary& summary = row.summary;
      const ExecutionHeader header{
          .key = row.key,
          .branch = summary.branch,
          .started_at = summary.started_at,
          .progress = summary.progress,
          .revision = summary.repositories.empty() ? "" : summary.repositories[0].revision,
          .ended_at = summary.heard_at,
          .tests = 0};
      all.push_back({.stat = name,
                     .branch = summary.branch,
                     .execution = header,
                     .before = move.before,
                     .now = move.now,
                     .better = rule.better});
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const StatChange& a, const StatChange& b) {
    return a.execution.started_at > b.execution.started_at;
  });
  return all;
}

Facts ClientOverview::facts() const {
  for (const auto& branch : branches)
    if (branch.last) return branch.last->summary.facts;
  return state.facts;
}

const BranchState* ClientOverview::on(const std::string& branch) const {
  const auto found = std::find_if(branches.begin(), branches.end(),
                                  [&](const BranchState& one) { return one.branch == branch; });
  return found == branches.end() ? nullptr : &*found;
}

bool BranchState::fails() const { return last_is(*this, Progress::failed); }

bool ClientOverview::fails() const {
  return std::any_of(branches.begin(), branches.end(),
                     [](const auto& b) { return last_is(b, Progress::failed); });
}

bool ClientOverview::in_trouble() const {
  return !fails() && std::any_of(branches.begin(), branches.end(),
                                 [](const auto& b) { return last_is(b, Progress::trouble); });
}

std::size_t ProjectState::failing() const {
  return static_cast<std::size_t>(
      std::count_if(clients.begin(), clients.end(), [](const auto& c) { return c.fails(); }));
}

std::size_t ProjectState::troubled() const {
  return static_cast<std::size_t>(
      std::count_if(clients.begin(), clients.end(), [](const auto& c) { return c.in_trouble(); }));
}

std::size_t ProjectState::with_results() const {
  return static_cast<std::size_t>(std::count_if(clients.begin(), clients.end(), [](const auto& client) {
    return std::any_of(client.branches.begin(), client.branches.end(),
                       [](const auto& b) { return b.last.has_value(); });
  }));
}

Result<std::vector<Story>> read_stories(Index& index, const ProjectState& project,
                                        const std::string& branch) {
  constexpr std::size_t of_each = 3;
  std::vector<std::string> wanted;  // fingerprints
  for (const ClientOverview& client : project.clients) {
    const BranchState* state = client.on(branch);
    if (state == nullptr || !last_is(*state, Progress::failed)) continue;
    const auto& failures = state->last->summary.failures;
    for (std::size_t i = 0; i < std::min(of_each, failures.size()); ++i)
      if (wanted.size() < most_stories &&
          std::find(wanted.begin(), wanted.end(), failures[i].fingerprint) == wanted.end())
        wanted.push_back(failures[i].fingerprint);
  }
  Storyteller teller(index);
  std::vector<Story> stories;
  for (const std::string& fingerprint : wanted) {
    TRY_SET(auto story, teller.tell(project.id, branch, fingerprint, always));
    if (story && story->open > 0) stories.push_back(*std::move(story));
  }
  by_weight(stories);
  return stories;
}

Result<ProjectState> read_project_state(const Layout& layout, Index& index, const ProjectId& id) {
  ProjectState project{.id = id, .last_activity = 0};
  TRY_SET(project.config, read_project_config(layout, id));
  TRY_SET(const auto rows, index.clients(id));
  for (const ClientRow& row : rows) {
    TRY_SET(ClientOverview client, read_client(layout, index, row, project.config));
    for (const auto& branch : client.branches)
      project.last_activity = std::max(project.last_activity, activity_of(branch));
    project.clients.push_back(std::move(client));
  }
  project.branches = columns(project.clients);
  std::stable_sort(project.clients.begin(), project.clients.end(),
                   [](const ClientOverview& a, const ClientOverview& b) { return rank(a) < rank(b); });
  for (const std::string& branch : project.branches) {
    TRY_SET(auto stories, read_stories(index, project, branch));
    std::move(stories.begin(), stories.end(), std::back_inserter(project.stories));
  }
  by_weight(project.stories);
  return project;
}

}  // namespace testfarm
