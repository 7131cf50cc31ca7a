#include "generator/pages/summary.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "generator/html/plot.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/client_fields.hpp"
#include "generator/pages/failure_fields.hpp"
#include "generator/pages/feeds.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/project_words.hpp"
#include "generator/pages/site_json.hpp"
#include "generator/pages/verdict_fields.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {
namespace {

// Of what its last result fails with first.
const Story* story_of(const ProjectState& project, const ExecutionRow& last) {
  if (last.summary.failures.empty()) return nullptr;
  for (const Story& story : project.stories)
    if (story.branch == last.summary.branch && story.fingerprint == last.summary.failures.front().fingerprint)
      return &story;
  return nullptr;
}

Fields cell_fields(const ProjectState& project, const ClientId& client, const BranchState& branch) {
  Fields cell{{"branch", branch.branch},
              {"strip", result_strip(branch.recent, client_file_place(client, ""))},
              {"strip_words", result_strip_words(branch.recent)}};
  if (!branch.last) return cell;
  const Summary& last = branch.last->summary;
  cell["last"] = Fields{{"state", state_letter(last.progress)},
                        {"words", state_words(last)},
                        {"link", execution_place(branch.last->key)},
                        {"revision", short_first_revision(last)},
                        {"time", time_field(last.started_at)}};
  if (branch.in_a_row > 1 && last.progress != Progress::passed)
    cell["in_a_row"] =
        concat(branch.in_a_row == recent_results ? "at least " : "", branch.in_a_row, " in a row");
  if (branch.failing_since && last.progress == Progress::failed) {
    cell["since"] = Fields{{"revision", short_first_revision(branch.failing_since->summary)},
                           {"link", execution_place(branch.failing_since->key)},
                           {"time", time_field(branch.failing_since->summary.started_at)}};
    if (branch.last_passed) cell["passed_at"] = short_revision(branch.last_passed->revision);
  }
  if (const TaskSummary* task = last.stopped_in(); task != nullptr && last.progress != Progress::passed) {
    const auto number = 1 + static_cast<std::size_t>(task - last.tasks.data());
    std::string what = task->failed_line;
    if (last.tests_failed > 0 && !last.failed_tests.empty())
      what = concat(last.failed_tests.front(),
                    last.tests_failed > 1 ? concat(" and ", last.tests_failed - 1, " more") : "");
    cell["stopped"] = Fields{{"task", task->name}, {"number", std::to_string(number)}, {"what", what}};
  }
  if (const Story* story = story_of(project, *branch.last)) {
    cell["story"] =
        Fields{{"link", failure_place(story->branch, story->fingerprint)},
               {"flaky", story->flakiness.flaky()},
               {"others", story->open > 1 ? concat("like ", counted(story->open - 1, "other client")) : ""}};
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
                         concat(client.stat, ": the last ", client.points.size(), " values, now ", value))}},
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
                                                      : cell_fields(project, client.key.client, *branch));
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
                    {"link", execution_place(branch.last->key)},
                    {"command", task->failed_line}};
      if (branch.failing_since && !branch.failing_since->summary.repositories.empty()) {
        const RepositorySummary& first = branch.failing_since->summary.repositories[0];
        reason["commit"] = Fields{
            {"revision", short_revision(first.revision)},
            {"message", first.message},
            {"author", first.author},
            {"others",
             first.changes > 1 ? concat(" and ", counted(first.changes - 1, "change"), " before it") : ""}};
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
    one["link"] = failure_place(story.branch, story.fingerprint);
    one["clients"] = counted(story.open, "client");
    const auto since = std::min_element(story.histories.begin(),
                                        story.histories.begin() + static_cast<std::ptrdiff_t>(story.open),
                                        [](const ClientHistory& a, const ClientHistory& b) {
                                          return a.first.started_at < b.first.started_at;
                                        });
    one["since"] = Fields{{"link", execution_place(since->client.client, since->first.execution)},
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

Fields summary_view(const FarmConfig& farm, const ProjectState& project) {
  const std::string state = status_icon(project);
  const std::string lead = capitalised(words_of(project));
  Fields fields = page_fields(farm, project_frame(index_file, concat(lead, ": ", project.config.title), state,
                                                  std::string(summary_json_file)));
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

}  // namespace

Status write_summary(PageContext& context, const ProjectId& project) {
  TRY_SET(const ProjectState* state, context.project_state(project));
  const auto path = [&](std::string_view file) { return in_project(project, file); };
  std::string html = render("summary", summary_view(context.farm(), *state));
  const std::string page = stamp_page(html);
  TRY(context.site().put(path(index_file), html));
  TRY(context.site().put(path(feed_file), feed_atom(context.farm(), {state})));
  TRY(context.site().put(path(cctray_file), cctray_xml(context.farm(), {state})));
  TRY(context.site().put(path(badge_file), project_badge(*state)));
  return context.site().put(path(summary_json_file), summary_json(context.farm(), *state, page));
}

}  // namespace testfarm
