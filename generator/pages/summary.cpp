#include <algorithm>

#include "base/text.hpp"
#include "generator/html/plot.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/failure.hpp"
#include "generator/pages/views.hpp"

namespace testfarm {
namespace {

std::string first_revision(const Summary& summary) {
  return summary.repositories.empty() ? "" : short_revision(summary.repositories[0].revision);
}

// Of what its last result fails with first.
const Story* story_of(const ProjectState& project, const ExecutionRow& last) {
  if (last.summary.failures.empty()) return nullptr;
  for (const Story& story : project.stories)
    if (story.branch == last.summary.branch && story.fingerprint == last.summary.failures.front().fingerprint)
      return &story;
  return nullptr;
}

Fields cell_fields(const ProjectState& project, const BranchState& branch) {
  Fields cell{{"branch", branch.branch},
              {"strip", strip(branch.recent, "")},
              {"strip_words", strip_words(branch.recent)}};
  if (!branch.last) return cell;
  const Summary& last = branch.last->summary;
  cell["last"] = Fields{
      {"state", state_letter(last.progress)},
      {"words", state_words(last)},
      {"link", cat(branch.last->key.owner.client.text(), '/', branch.last->key.execution.text(), ".html")},
      {"revision", first_revision(last)},
      {"time", time_field(last.started_at)}};
  if (branch.in_a_row > 1 && last.progress != Progress::passed)
    cell["in_a_row"] =
        cat(branch.in_a_row == recent_results ? "at least " : "", branch.in_a_row, " in a row");
  if (branch.failing_since && last.progress == Progress::failed) {
    cell["since"] = Fields{{"revision", first_revision(branch.failing_since->summary)},
                           {"link", cat(branch.failing_since->key.owner.client.text(), '/',
                                        branch.failing_since->key.execution.text(), ".html")},
                           {"time", time_field(branch.failing_since->summary.started_at)}};
    if (branch.last_passed) cell["passed_at"] = short_revision(branch.last_passed->revision);
  }
  if (const TaskSummary* task = last.stopped_in(); task != nullptr && last.progress != Progress::passed) {
    const auto number = 1 + static_cast<std::size_t>(task - last.tasks.data());
    std::string what = task->failed_line;
    if (last.tests_failed > 0 && !last.failed_tests.empty())
      what = cat(last.failed_tests.front(),
                 last.tests_failed > 1 ? cat(" and ", last.tests_failed - 1, " more") : "");
    cell["stopped"] = Fields{{"task", task->name}, {"number", std::to_string(number)}, {"what", what}};
  }
  if (const Story* story = story_of(project, *branch.last)) {
    cell["story"] =
        Fields{{"link", cat("failure/", branch_slug(story->branch), '/', story->fingerprint, ".html")},
               {"flaky", story->flakiness.flaky()},
               {"others", story->open > 1 ? cat("like ", counted(story->open - 1, "other client")) : ""}};
    if (const KnownProblem* problem = known_problem(project.config, story->example))
      cell["known"] = problem->title;
  }
  return cell;
}

// The stat that stands for the client, as a picture and in words.
Fields plot_fields(const ClientOverview& client) {
  if (client.points.size() < 2) return {};
  const std::string value = number_text(client.points.back().value);
  return {{"plot_html",
           Bulk{plot_svg(client.points, 120, 24,
                         cat(client.stat, ": the last ", client.points.size(), " values, now ", value))}},
          {"stat", client.stat},
          {"value", value}};
}

Nodes client_rows(const FarmConfig& farm, const ProjectState& project) {
  Nodes rows;
  for (const ClientOverview& client : project.clients) {
    Nodes cells;
    for (const auto& name : project.branches) {
      const auto branch = std::find_if(client.branches.begin(), client.branches.end(),
                                       [&](const BranchState& b) { return b.branch == name; });
      cells.push_back(branch == client.branches.end() ? Fields{{"branch", name}, {"none", true}}
                                                      : cell_fields(project, *branch));
    }
    rows.push_back(Fields{{"id", client.key.client.text()},
                          {"name", client.config.title},
                          {"facts", facts_line(client.facts())},
                          {"doing", doing_fields(farm, client, client.key.client.text() + '/')},
                          {"plot", plot_fields(client)},
                          {"cells", std::move(cells)}});
  }
  return rows;
}

const BranchState* oldest_failure(const ProjectState& project) {
  const BranchState* oldest = nullptr;
  for (const auto& client : project.clients)
    for (const auto& branch : client.branches)
      if (branch.last && branch.last->summary.progress == Progress::failed && branch.failing_since &&
          (oldest == nullptr ||
           branch.failing_since->summary.started_at < oldest->failing_since->summary.started_at))
        oldest = &branch;
  return oldest;
}

std::string fail_words(const ProjectState& project) {
  return cat(project.failing(), " of ", counted(project.with_results(), "client"),
             project.failing() == 1 ? " fails" : " fail");
}

// One sentence about the project.
Fields verdict_fields(const ProjectState& project) {
  Fields verdict;
  if (project.with_results() == 0) {
    verdict["nothing"] = true;
  } else if (project.failing() > 0) {
    Fields failing{{"words", fail_words(project)}};
    if (const BranchState* oldest = oldest_failure(project)) {
      failing["revision"] = first_revision(oldest->failing_since->summary);
      failing["link"] = cat(oldest->failing_since->key.owner.client.text(), '/',
                            oldest->failing_since->key.execution.text(), ".html");
      failing["time"] = time_field(oldest->failing_since->summary.started_at);
      failing["branch"] = oldest->branch;
    }
    verdict["failing"] = std::move(failing);
  } else if (project.troubled() > 0) {
    verdict["trouble"] = cat(project.troubled(), " of ", counted(project.with_results(), "client"));
  } else {
    verdict["passing"] = words_of(project);
  }
  return verdict;
}

// What the first failing client meets, as the reason below the sentence.
std::optional<Fields> reason_fields(const ProjectState& project) {
  for (const auto& client : project.clients) {
    for (const auto& branch : client.branches) {
      if (!branch.last || branch.last->summary.progress != Progress::failed) continue;
      const Summary& summary = branch.last->summary;
      const TaskSummary* task = summary.stopped_in();
      if (task == nullptr) continue;
      Fields reason{{"client", client.config.title},
                    {"task", task->name},
                    {"link", cat(branch.last->key.owner.client.text(), '/', branch.last->key.execution.text(),
                                 ".html")},
                    {"command", task->failed_line}};
      if (branch.failing_since && !branch.failing_since->summary.repositories.empty()) {
        const RepositorySummary& first = branch.failing_since->summary.repositories[0];
        reason["commit"] = Fields{
            {"revision", short_revision(first.revision)},
            {"message", first.message},
            {"author", first.author},
            {"others",
             first.changes > 1 ? cat(" and ", counted(first.changes - 1, "change"), " before it") : ""}};
      }
      return reason;
    }
  }
  return std::nullopt;
}

// What fails now: the failures of most clients first.
Nodes story_nodes(const ProjectState& project) {
  constexpr std::size_t most_told = 3;
  Nodes nodes;
  for (const Story& story : project.stories) {
    if (nodes.size() == most_told) break;
    Fields one = story_fields(story, "");
    one["ranges"] = false;  // on the failure's own page
    one["what"] = headline(story.example);
    one["branch"] = story.branch;
    one["link"] = cat("failure/", branch_slug(story.branch), '/', story.fingerprint, ".html");
    one["clients"] = counted(story.open, "client");
    const auto since = std::min_element(
        story.parts.begin(), story.parts.begin() + static_cast<std::ptrdiff_t>(story.open),
        [](const ClientPart& a, const ClientPart& b) { return a.first.started_at < b.first.started_at; });
    one["since"] =
        Fields{{"link", cat(since->client.client.text(), '/', since->first.execution.text(), ".html")},
               {"revision", short_revision(since->first.revision)},
               {"time", time_field(since->first.started_at)}};
    const KnownProblem* problem = known_problem(project.config, story.example);
    one["problem"] = problem != nullptr ? problem->title : std::string();
    one["problem_url"] = problem != nullptr ? problem->url : std::string();
    nodes.push_back(std::move(one));
  }
  return nodes;
}

Nodes troubled_clients(const ProjectState& project) {
  Nodes nodes;
  for (const auto& client : project.clients)
    if (client.in_trouble()) nodes.push_back(Fields{{"name", client.config.title}});
  return nodes;
}

Nodes marks(const ProjectState& project) {
  Nodes nodes;
  for (const auto& client : project.clients)
    for (const auto& branch : client.branches)
      if (branch.last && branch.branch == project.branches.front())
        nodes.push_back(
            Fields{{"state", state_letter(branch.last->summary.progress)},
                   {"words", cat(client.config.title, ": ", state_word(branch.last->summary.progress))}});
  return nodes;
}

Fields farm_row(const FarmConfig& farm, const ProjectState& project) {
  Fields row{{"id", project.id.text()},
             {"title", project.config.title},
             {"description", project.config.description},
             {"barn", barn_of(project)},
             {"verdict", verdict_fields(project)}};
  if (!project.branches.empty()) row["marks"] = marks(project);
  std::size_t running = 0;
  Nodes deadlines;
  for (const auto& client : project.clients) {
    if (client.running) ++running;
    if (!client.running && client.state.heard_at > 0)
      deadlines.push_back(Fields{{"deadline", std::to_string(client.state.deadline)}});
  }
  if (running > 0) row["running"] = cat(running, " running");
  row["deadlines"] = std::move(deadlines);
  row["grace"] = std::to_string(farm.grace);
  if (project.last_activity > 0) row["last"] = time_field(project.last_activity);
  return row;
}

}  // namespace

std::string barn_of(const ProjectState& project) {
  if (project.failing() > 0) return "fail";
  return project.troubled() > 0 ? "trouble" : "pass";
}

std::string words_of(const ProjectState& project) {
  if (project.with_results() == 0) return "no results yet";
  if (project.failing() > 0) return fail_words(project);
  if (project.troubled() > 0)
    return cat(project.troubled(), " of ", counted(project.with_results(), "client"), " in trouble");
  return project.with_results() == 1 ? std::string("the one client passes")
                                     : cat("all ", project.with_results(), " clients pass");
}

Fields summary_view(const FarmConfig& farm, const ProjectState& project) {
  const std::string state = barn_of(project);
  const std::string lead = capitalised(words_of(project));
  Fields fields =
      page_fields(farm, {"../", cat(lead, ": ", project.config.title), state, "feed.atom", "summary.json"});
  fields.add(project_fields(project.id, project.config, state));
  fields["on_summary"] = true;
  fields["description"] = project.config.description;
  fields["verdict"] = verdict_fields(project);
  Nodes stories = story_nodes(project);
  fields["told"] = !stories.empty();
  if (auto reason = reason_fields(project); reason && stories.empty()) fields["reason"] = *std::move(reason);
  if (project.stories.size() > stories.size())
    fields["untold"] = counted(project.stories.size() - stories.size(), "more failure");
  fields["stories"] = std::move(stories);
  fields["troubled"] = troubled_clients(project);
  Nodes columns;
  for (const auto& branch : project.branches) columns.push_back(Fields{{"branch", branch}});
  fields["branches"] = std::move(columns);
  fields["has_clients"] = !project.clients.empty();
  fields["clients"] = client_rows(farm, project);
  Nodes links;
  for (const Link& link : project.config.links)
    links.push_back(Fields{{"title", link.title}, {"url", link.url}});
  fields["links"] = std::move(links);
  return fields;
}

Fields farm_view(const FarmConfig& farm, const std::vector<ProjectState>& projects) {
  std::size_t failing = 0;
  std::size_t troubled = 0;
  Nodes rows;
  for (const char* state : {"fail", "trouble", "pass"})
    for (const auto& project : projects)
      if (barn_of(project) == state) rows.push_back(farm_row(farm, project));
  for (const auto& project : projects) {
    if (barn_of(project) == "fail") ++failing;
    if (barn_of(project) == "trouble") ++troubled;
  }
  const std::string state = failing > 0 ? "fail" : troubled > 0 ? "trouble" : "pass";
  const std::string of_all = cat(" of ", counted(projects.size(), "project"));
  Fields fields = page_fields(
      farm,
      {"", failing > 0 ? cat(failing, of_all, failing == 1 ? " fails: " : " fail: ", farm.title) : farm.title,
       state, "feed.atom", "farm.json"});
  if (failing > 0) fields["failing"] = cat(failing, of_all, failing == 1 ? " fails" : " fail");
  if (troubled > 0)
    fields["troubled"] =
        cat(troubled, troubled == 1 ? " has infrastructure trouble" : " have infrastructure trouble");
  fields["quiet"] = failing == 0 && troubled == 0 && !projects.empty();
  fields["empty"] = projects.empty();
  fields["some"] = !projects.empty();
  fields["projects"] = std::move(rows);
  return fields;
}

}  // namespace testfarm
