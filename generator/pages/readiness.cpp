#include "generator/pages/readiness.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/problem_fields.hpp"
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

// Facts that make a platform: always these, and others where clients of one system differ in them.
constexpr std::array<const char*, 2> always_told{"system", "architecture"};
constexpr std::array<const char*, 3> told_apart{"target", "compiler", "sanitizer"};

std::string part_of(const Facts& facts, const char* name) {
  const auto found = facts.find(name);
  return found == facts.end() ? std::string() : found->second;
}

// Without the version of a rolling system's every day.
std::string base_platform(const Facts& facts) {
  std::string name;
  for (const char* fact : always_told)
    if (const std::string part = part_of(facts, fact); !part.empty())
      name += (name.empty() ? "" : ", ") + part;
  return name.empty() ? "unknown" : name;
}

struct Platform {
  std::string name;
  std::vector<const ClientOverview*> clients;
};

// Clients of one system that have another compiler or target are platforms of their own.
std::vector<Platform> platforms_of(const ProjectState& project) {
  std::map<std::string, std::vector<const ClientOverview*>> by_base;
  for (const ClientOverview& client : project.clients)
    by_base[base_platform(client.facts())].push_back(&client);
  std::map<std::string, std::vector<const ClientOverview*>> by_name;
  for (const auto& [base, clients] : by_base)
    for (const ClientOverview* client : clients) {
      std::string name = base;
      for (const char* fact : told_apart) {
        const std::string own = part_of(client->facts(), fact);
        const bool differ = std::any_of(clients.begin(), clients.end(), [&](const auto* other) {
          return part_of(other->facts(), fact) != own;
        });
        if (differ && !own.empty()) name += ", " + own;
      }
      by_name[name].push_back(client);
    }
  std::vector<Platform> platforms;
  for (auto& [name, clients] : by_name) {
    std::sort(clients.begin(), clients.end(),
              [](const auto* a, const auto* b) { return a->key.client < b->key.client; });
    platforms.push_back({name, std::move(clients)});
  }
  return platforms;
}

bool is_of(const Platform& platform, const ExecutionHeader& execution) {
  return std::any_of(platform.clients.begin(), platform.clients.end(),
                     [&](const auto* client) { return client->key == execution.key.owner; });
}

// What a platform came to: at the tip the worst of its clients, where none tested that the last of any.
struct Came {
  const ExecutionHeader* execution = nullptr;
  bool at_tip = false;
};

Came came_to(const Platform& platform, const BranchTip& tip) {
  Came came;
  for (const ExecutionHeader& execution : tip.at_tip) {
    if (!is_of(platform, execution) || !execution.has_verdict()) continue;
    if (!came.at_tip ||
        (execution.progress == Progress::failed && came.execution->progress != Progress::failed))
      came = {&execution, true};
  }
  if (came.at_tip) return came;
  for (const ClientOverview* client : platform.clients)
    if (const BranchState* state = client->on(tip.branch))
      for (const ExecutionHeader& execution : state->recent)
        if (execution.has_verdict() &&
            (came.execution == nullptr || execution.started_at > came.execution->started_at))
          came.execution = &execution;
  return came;
}

Fields platform_cell(const Came& came) {
  if (came.execution == nullptr) return {{"never", true}, {"state", "o"}};
  const ExecutionHeader& execution = *came.execution;
  Fields fields = moment_fields(execution, "");
  fields["state"] = state_letter(execution.progress);
  fields["words"] = state_word(execution.progress);
  fields["stale"] = !came.at_tip;
  return fields;
}

// "1 of 10 platforms passed, 2 failed, 7 are still at older commits (4 passed there)": of the newest commit
// of the default branch.
struct Count {
  std::size_t passed = 0, failed = 0, older = 0, passed_older = 0, never = 0;
};

void count(const Came& came, Count& sum) {
  if (came.execution == nullptr) {
    ++sum.never;
    return;
  }
  const bool passed = came.execution->progress == Progress::passed;
  if (!came.at_tip) {
    ++sum.older;
    if (passed) ++sum.passed_older;
  } else {
    ++(passed ? sum.passed : sum.failed);
  }
}

// What follows "3 of 7 platforms passed, 2 failed".
std::string count_words(const Count& sum) {
  std::string words;
  if (sum.older > 0)
    words += concat(", ", sum.older, sum.older == 1 ? " is" : " are", " still at older commits (",
                    sum.passed_older, " passed there)");
  if (sum.never > 0) words += concat(", ", sum.never, " never tested this branch");
  return words;
}

// The newest commit, of the last that clients passed, that passed on every platform and failed on none.
const ExecutionHeader* passed_everywhere(const std::vector<Platform>& platforms, const std::string& branch) {
  std::map<std::string, std::size_t> passed;  // on how many platforms
  std::set<std::string> failed;
  std::map<std::string, const ExecutionHeader*> newest;
  for (const Platform& platform : platforms) {
    std::set<std::string> here;
    for (const ClientOverview* client : platform.clients)
      if (const BranchState* state = client->on(branch))
        for (const ExecutionHeader& execution : state->recent) {
          if (execution.progress == Progress::failed) failed.insert(execution.revision);
          if (execution.progress != Progress::passed || execution.revision.empty()) continue;
          here.insert(execution.revision);
          const ExecutionHeader*& known = newest[execution.revision];
          if (known == nullptr || known->started_at < execution.started_at) known = &execution;
        }
    for (const std::string& revision : here) ++passed[revision];
  }
  const ExecutionHeader* best = nullptr;
  for (const auto& [revision, count] : passed)
    if (count == platforms.size() && !failed.contains(revision) &&
        (best == nullptr || newest[revision]->started_at > best->started_at))
      best = newest[revision];
  return best;
}

// What could be released, and what is not in the table.
void add_release(Fields& fields, const ProjectState& project, const std::vector<BranchTip>& tips,
                 const std::vector<Platform>& platforms) {
  if (!tips.empty() && platforms.size() > 1) {
    const ExecutionHeader* all = passed_everywhere(platforms, tips[0].branch);
    fields["all_passed"] = all != nullptr ? Node(moment_fields(*all, "")) : Node(false);
    if (all == nullptr)
      fields["none_passed"] = concat("No commit passed on all ", platforms.size(), " platforms, of the last ",
                                     recent_results, " runs of each client.");
  }
  const std::size_t more = project.all_branches.size() - std::min(project.all_branches.size(), tips.size());
  fields["more_branches"] = more > 0 ? concat(more, more == 1 ? " more branch is" : " more branches are",
                                              " not here; the page of commits has them")
                                     : std::string();
}

Fields readiness_view(const FarmConfig& farm, const ProjectState& project,
                      const std::vector<BranchTip>& tips) {
  const std::string icon = status_icon(project);
  Fields fields =
      page_fields(farm, project_frame(readiness_place, concat("Readiness: ", project.config.title), icon));
  fields.add(project_fields(project.id, project.config, icon));
  fields["on_readiness"] = "page";
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
  Count sum;
  Nodes rows;
  for (const Platform& platform : platforms) {
    Nodes cells;
    for (std::size_t i = 0; i < tips.size(); ++i) {
      const Came came = came_to(platform, tips[i]);
      if (i == 0) count(came, sum);
      Fields one = platform_cell(came);
      one["branch"] = tips[i].branch;
      cells.push_back(std::move(one));
    }
    Nodes clients;
    for (const ClientOverview* client : platform.clients)
      clients.push_back(Fields{{"name", client->config.title}, {"at", client_place(client->key.client)}});
    rows.push_back(Fields{{"platform", platform.name},
                          {"single", platform.clients.size() == 1},
                          {"clients", std::move(clients)},
                          {"cells", std::move(cells)}});
  }
  fields["any"] = !rows.empty() && !tips.empty();
  if (!tips.empty() && tips[0].tip)
    fields["verdict"] =
        Fields{{"passed", concat(sum.passed, " of ", counted(platforms.size(), "platform"), " passed")},
               {"failed", sum.failed > 0 ? concat(sum.failed, " failed") : std::string()},
               {"words", count_words(sum)},
               {"tip", short_revision(tips[0].tip->revision)},
               {"tip_link", commit_place(tips[0].branch, tips[0].tip->revision)},
               {"branch", tips[0].branch}};
  add_release(fields, project, tips, platforms);
  fields["branches"] = std::move(heads);
  fields["rows"] = std::move(rows);
  return fields;
}

}  // namespace

Status write_readiness(PageContext& context, const ProjectId& project) {
  TRY_SET(const ProjectState* state, context.project_state(project));
  auto branches = state->all_branches;
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
