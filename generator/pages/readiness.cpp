#include "generator/pages/readiness.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/project_words.hpp"
#include "generator/site/paths.hpp"
#include "store/index/commits.hpp"
#include "store/index/history.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_tips = 8;
constexpr std::size_t of_a_commit = 50;  // executions

// The newest commit of a branch, and what each client came to on it.
struct BranchTip {
  std::string branch;
  std::optional<Commit> tip;
  std::vector<ExecutionHeader> at_tip;  // newest first
};

// A client's platform: system and architecture, without the version of a rolling system's every day.
std::string platform_of(const Facts& facts) {
  std::string name;
  for (const char* fact : {"system", "architecture"})
    if (const auto found = facts.find(fact); found != facts.end())
      name += (name.empty() ? "" : ", ") + found->second;
  return name.empty() ? "unknown" : name;
}

struct Platform {
  std::string name;
  std::vector<const ClientOverview*> clients;
};

std::vector<Platform> platforms_of(const ProjectState& project) {
  std::map<std::string, std::vector<const ClientOverview*>> by_name;
  for (const ClientOverview& client : project.clients)
    by_name[platform_of(client.facts())].push_back(&client);
  std::vector<Platform> platforms;
  for (auto& [name, clients] : by_name) {
    std::sort(clients.begin(), clients.end(),
              [](const auto* a, const auto* b) { return a->key.client < b->key.client; });
    platforms.push_back({name, std::move(clients)});
  }
  return platforms;
}

const BranchState* state_on(const ClientOverview& client, const std::string& branch) {
  for (const BranchState& state : client.branches)
    if (state.branch == branch) return &state;
  return nullptr;
}

Fields cell(const ExecutionHeader& execution, const std::string& words) {
  const ExecutionKey& key = execution.key;
  return {{"state", state_letter(execution.progress)},
          {"words", words},
          {"link", execution_place(key)},
          {"time", time_field(execution.started_at)}};
}

// At the tip the worst counts; where nobody tested it, the last result of any client of the platform, which
// is stale.
Fields platform_cell(const Platform& platform, const BranchTip& tip) {
  const ExecutionHeader* worst = nullptr;
  for (const ExecutionHeader& execution : tip.at_tip) {
    const bool ours = std::any_of(platform.clients.begin(), platform.clients.end(),
                                  [&](const auto* client) { return client->key == execution.key.owner; });
    if (!ours || !execution.has_verdict()) continue;
    if (worst == nullptr || (execution.progress == Progress::failed && worst->progress != Progress::failed))
      worst = &execution;
  }
  if (worst != nullptr) return cell(*worst, state_word(worst->progress));
  const ExecutionHeader* last = nullptr;
  for (const ClientOverview* client : platform.clients)
    if (const BranchState* state = state_on(*client, tip.branch))
      for (const ExecutionHeader& execution : state->recent)
        if (execution.has_verdict() && (last == nullptr || execution.started_at > last->started_at))
          last = &execution;
  if (last == nullptr) return {{"never", true}, {"state", "o"}};
  Fields stale = cell(*last, concat(state_word(last->progress), " at ", short_revision(last->revision)));
  stale["stale"] = true;
  return stale;
}

Fields readiness_view(const FarmConfig& farm, const ProjectState& project,
                      const std::vector<BranchTip>& tips) {
  const std::string icon = status_icon(project);
  Fields fields =
      page_fields(farm, project_frame(readiness_place, concat("Readiness: ", project.config.title), icon));
  fields.add(project_fields(project.id, project.config, icon));
  fields["on_readiness"] = true;
  const auto platforms = platforms_of(project);
  Nodes heads;
  for (const BranchTip& tip : tips) {
    Fields head{{"branch", tip.branch}, {"link", branch_commits_place(tip.branch)}};
    head["tip"] = tip.tip ? Node(Fields{{"revision", short_revision(tip.tip->revision)},
                                        {"link", commit_place(tip.branch, tip.tip->revision)},
                                        {"time", time_field(tip.tip->at)}})
                          : Node(false);
    heads.push_back(std::move(head));
  }
  std::size_t ready = 0;
  Nodes rows;
  for (const Platform& platform : platforms) {
    Nodes cells;
    for (std::size_t i = 0; i < tips.size(); ++i) {
      Fields one = platform_cell(platform, tips[i]);
      one["branch"] = tips[i].branch;
      cells.push_back(std::move(one));
    }
    Nodes clients;
    for (const ClientOverview* client : platform.clients)
      clients.push_back(Fields{{"name", client->config.title}, {"link", client_place(client->key.client)}});
    rows.push_back(Fields{{"platform", platform.name},
                          {"single", platform.clients.size() == 1},
                          {"clients", std::move(clients)},
                          {"cells", std::move(cells)}});
    if (!tips.empty()) {
      const auto at_tip =
          std::any_of(tips[0].at_tip.begin(), tips[0].at_tip.end(), [&](const ExecutionHeader& execution) {
            return execution.progress == Progress::passed &&
                   std::any_of(platform.clients.begin(), platform.clients.end(),
                               [&](const auto* client) { return client->key == execution.key.owner; });
          });
      if (at_tip) ++ready;
    }
  }
  fields["any"] = !rows.empty() && !tips.empty();
  if (!tips.empty())
    fields["verdict"] = Fields{{"ready", std::to_string(ready)},
                               {"of", counted(platforms.size(), "platform")},
                               {"branch", tips[0].branch}};
  fields["branches"] = std::move(heads);
  fields["rows"] = std::move(rows);
  return fields;
}

}  // namespace

Status write_readiness(PageContext& context, const ProjectId& project) {
  TRY_SET(const ProjectState* state, context.project_state(project));
  TRY_SET(auto branches, History(context.index()).branches_of(project));
  // Those of the summary first, in its order.
  std::stable_sort(branches.begin(), branches.end(), [&](const std::string& a, const std::string& b) {
    const auto& shown = state->branches;
    return std::find(shown.begin(), shown.end(), a) < std::find(shown.begin(), shown.end(), b);
  });
  if (branches.size() > most_tips) branches.resize(most_tips);
  std::vector<BranchTip> tips;
  for (const std::string& branch : branches) {
    BranchTip tip{branch, {}, {}};
    TRY_SET(const auto repository, Commits(context.index()).main_repository(project, branch));
    if (repository) {
      TRY_SET(const auto newest,
              Commits(context.index()).commits(project, branch, *repository, INT64_MIN, always, 1));
      if (!newest.empty()) tip.tip = newest.front();
    }
    if (tip.tip) {
      TRY_SET(tip.at_tip,
              History(context.index()).of_revision(project, branch, tip.tip->revision, of_a_commit));
    }
    tips.push_back(std::move(tip));
  }
  return context.site().put(in_project(project, readiness_place),
                            render("readiness", readiness_view(context.farm(), *state, tips)));
}

}  // namespace testfarm
