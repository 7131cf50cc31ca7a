#include "analysis/client_overview.hpp"

#include <algorithm>

#include "store/index/branch_results.hpp"
#include "store/index/history.hpp"
#include "store/last_good.hpp"

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
  // What says nothing of the code ends no row of what does.
  auto at = ended;
  for (; at != branch.recent.end(); ++at) {
    if (at->progress == ended->progress)
      ++branch.in_a_row;
    else if (!ended->has_verdict() || at->has_verdict())
      break;
  }
  branch.in_a_row_cut = at == branch.recent.end() && branch.recent.size() == recent_results;
  if (ended->progress == Progress::passed) return branch;
  TRY_SET(branch.last_passed, BranchResults(index).last_passed(client, name));
  TRY_SET(const auto first, BranchResults(index).first_failed_after(
                                client, name, branch.last_passed ? branch.last_passed->started_at : -1));
  if (first) {
    TRY_SET(branch.failing_since, index.execution_in_short(first->key));
  }
  return branch;
}

// How long it took last time.
Status read_expected(Index& index, ClientOverview& client) {
  TRY_SET(const auto passed, BranchResults(index).last_passed(client.key, client.running->summary.branch));
  if (!passed) return {};
  TRY_SET(const auto row, index.execution_in_short(passed->key));
  if (row) client.expected = row->summary.duration;
  return {};
}

}  // namespace

Result<ClientOverview> read_client(const Layout& layout, Index& index, const ClientRow& row) {
  TRY_SET(ClientConfig config, client_config_at_hand(layout, row.key));
  ClientOverview client{
      .key = row.key, .config = std::move(config), .state = decode_client_state(row.state), .expected = 0};
  TRY_SET(const auto branches, History(index).branches(row.key));
  for (const auto& name : branches) {
    TRY_SET(BranchState branch, read_branch(index, row.key, name));
    branch.gone =
        std::find(client.state.gone.begin(), client.state.gone.end(), name) != client.state.gone.end();
    client.branches.push_back(std::move(branch));
  }
  std::sort(client.branches.begin(), client.branches.end(),
            [](const BranchState& a, const BranchState& b) { return a.active_at() > b.active_at(); });
  TRY_SET(const auto newest, History(index).latest(row.key, 1));
  if (!newest.empty() && newest.front().progress == Progress::running) {
    TRY_SET(client.running, index.execution_in_short(newest.front().key));
    TRY(read_expected(index, client));
  }
  return client;
}

namespace {

// The stat that `wanted` names, else the first by name, as a plot shows it.
void plot_stat(const std::vector<MeasuredExecution>& executions, const std::string& wanted,
               ClientOverview& client) {
  std::size_t seen = 0;
  for (const auto& [header, stats] : executions) {
    if (++seen > recent_results || client.points.size() == plotted) break;
    if (!header.has_verdict() || stats.empty()) continue;
    if (client.stat.empty()) client.stat = wanted.empty() ? stats.begin()->first : wanted;
    if (const auto stat = stats.find(client.stat); stat != stats.end())
      client.points.push_back({stat->second, header.progress == Progress::failed ? 'f' : 'p'});
  }
  std::reverse(client.points.begin(), client.points.end());
}

}  // namespace

Status read_stats(Index& index, const std::string& wanted, const std::vector<StatRule>& rules,
                  ClientOverview& client) {
  if (client.stats_branch.empty()) return {};
  TRY_SET(const auto executions,
          History(index).latest_measured(client.key, client.stats_branch, judged_for_stat_changes));
  plot_stat(executions, wanted, client);
  client.stat_changes = stat_changes(executions, rules);
  return {};
}

Millis ClientOverview::active_at() const {
  Millis newest = 0;
  for (const auto* all : {&branches, &left_out})
    for (const BranchState& branch : *all) newest = std::max(newest, branch.active_at());
  return newest;
}

Facts ClientOverview::facts() const {
  for (const auto* all : {&branches, &left_out})
    for (const BranchState& branch : *all)
      if (branch.last) return branch.last->summary.facts;
  return state.facts;
}

const BranchState* ClientOverview::on(const std::string& branch) const {
  const auto found = std::find_if(branches.begin(), branches.end(),
                                  [&](const BranchState& one) { return one.branch == branch; });
  return found == branches.end() ? nullptr : &*found;
}

Millis BranchState::active_at() const { return recent.empty() ? 0 : recent.front().started_at; }

bool BranchState::fails() const { return last_is(*this, Progress::failed); }

bool ClientOverview::fails_on(const std::string& branch) const {
  const BranchState* there = on(branch);
  return there != nullptr && there->fails();
}

std::vector<const BranchState*> ClientOverview::every_branch() const {
  std::vector<const BranchState*> all;
  for (const auto* some : {&branches, &left_out})
    for (const BranchState& branch : *some) all.push_back(&branch);
  std::stable_sort(all.begin(), all.end(), [](const BranchState* one, const BranchState* other) {
    return one->active_at() > other->active_at();
  });
  return all;
}

bool ClientOverview::last_failed_on(const std::string& branch) const {
  if (retired_at > 0) return false;
  for (const auto* all : {&branches, &left_out})
    for (const BranchState& one : *all)
      if (one.branch == branch) return one.retired_at == 0 && one.fails();
  return false;
}

bool ClientOverview::in_trouble_on(const std::string& branch) const {
  const BranchState* there = on(branch);
  return there != nullptr && last_is(*there, Progress::trouble);
}

}  // namespace testfarm
