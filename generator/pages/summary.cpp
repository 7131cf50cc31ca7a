#include "generator/pages/summary.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "generator/html/plot.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/badges.hpp"
#include "generator/pages/client_fields.hpp"
#include "generator/pages/failure_fields.hpp"
#include "generator/pages/feeds.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/problem_fields.hpp"
#include "generator/pages/project_words.hpp"
#include "generator/pages/site_json.hpp"
#include "generator/pages/verdict_fields.hpp"
#include "generator/site/paths.hpp"
#include "store/last_good.hpp"

namespace testfarm {
namespace {

// Where it stopped, and at what.
Fields stopped_fields(const Summary& last, const TaskSummary& task) {
  const auto number = 1 + static_cast<std::size_t>(&task - last.tasks.data());
  std::string what = task.failed_line;
  if (last.tests_failed > 0 && !last.failed_tests.empty())
    what = concat(last.failed_tests.front(),
                  last.tests_failed > 1 ? concat(" and ", last.tests_failed - 1, " more") : "");
  return {{"task", task.name}, {"number", std::to_string(number)}, {"what", what}};
}

Fields story_link_fields(const Problem& problem) {
  const Story& story = problem.story;
  return {{"link", failure_place(story.branch, story.fingerprint)},
          {"standing", standing_fields(problem)},
          {"note", problem.note},
          {"others", story.open > 1 ? concat("like ", counted(story.open - 1, "other client")) : ""}};
}

Fields cell_fields(const ProjectState& project, const ClientId& client, const BranchState& branch) {
  Fields cell{{"branch", branch.branch},
              {"strip", result_strip(branch.recent, client_file_place(client, ""))},
              {"strip_words", result_strip_words(branch.recent)}};
  if (!branch.last) return cell;
  const Summary& last = branch.last->summary;
  const std::string revision = last.repositories.empty() ? "" : last.repositories[0].revision;
  cell["last"] = Fields{{"state", state_letter(last.progress)},
                        {"words", state_words(last)},
                        {"link", execution_place(branch.last->key)},
                        {"revision", short_revision(revision)},
                        {"commit", tested_commit_place(branch.branch, revision)},
                        {"time", time_field(last.started_at)}};
  if (branch.in_a_row > 1 && last.progress != Progress::passed)
    cell["in_a_row"] = concat(branch.in_a_row_cut ? "at least " : "", branch.in_a_row, " in a row");
  if (branch.fails()) cell["since"] = since_fields(project, client, branch, "");
  if (const TaskSummary* task = last.stopped_in(); task != nullptr && last.progress != Progress::passed)
    cell["stopped"] = stopped_fields(last, *task);
  else if (last.progress != Progress::passed && last.ended())
    cell["ended"] = last.ended_because;
  if (const Problem* problem = project.problem_of(branch)) cell["story"] = story_link_fields(*problem);
  return cell;
}

// The stat that stands for the client, as a picture and in words.
Fields plot_fields(const ClientOverview& client) {
  if (client.points.size() < 2) return {};
  const std::string value = stat_text(client.points.back().value);
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

// What the first client that fails on the default branch meets, where no problem is told.
std::optional<Fields> reason_fields(const ProjectState& project) {
  for (const auto& client : project.clients) {
    const BranchState* branch = client.on(project.default_branch());
    if (branch == nullptr || !branch->fails()) continue;
    const TaskSummary* task = branch->last->summary.stopped_in();
    if (task == nullptr) continue;
    return Fields{{"client", client.config.title},
                  {"task", task->name},
                  {"link", execution_place(branch->last->key)},
                  {"command", task->failed_line}};
  }
  return std::nullopt;
}

constexpr std::size_t most_told = 3;  // of the default branch, with their suspects
constexpr std::size_t most_suspects_told = 3;
constexpr std::size_t most_more_branches = 20;  // with those that have columns
constexpr std::size_t most_in_list = 40;        // of all branches, a line each

Fields problem_fields(const Problem& problem) {
  const Story& story = problem.story;
  return {{"what", headline(story.example)},
          {"standing", standing_fields(problem)},
          {"branch", story.branch},
          {"link", failure_place(story.branch, story.fingerprint)},
          {"clients", counted(story.open, "client")},
          {"began", occurrence_fields(problem.since, story.branch, "")},
          {"problem", problem.note},
          {"problem_url", problem.note_url}};
}

// The problems of the default branch that are told with their suspects.
Nodes told_nodes(const ProjectState& project) {
  Nodes nodes;
  const BranchProblems* problems = project.problems_on(project.default_branch());
  if (problems == nullptr) return nodes;
  for (const Problem& problem : problems->problems) {
    if (nodes.size() == most_told) break;
    Fields one = story_fields(problem.story, project.config, "", most_suspects_told);
    one["ranges"] = false;  // on the failure's own page
    one.add(problem_fields(problem));
    nodes.push_back(std::move(one));
  }
  return nodes;
}

// The others, a line each: those of the default branch before those of others.
Nodes listed_nodes(const ProjectState& project, std::size_t& unlisted) {
  Nodes nodes;
  for (const BranchProblems& branch : project.problems) {
    const bool main = branch.branch == project.default_branch();
    for (std::size_t i = main ? most_told : 0; i < branch.problems.size(); ++i) {
      if (nodes.size() < most_in_list)
        nodes.push_back(problem_fields(branch.problems[i]));
      else
        ++unlisted;
    }
    unlisted += branch.untold;
  }
  return nodes;
}

Nodes troubled_clients(const ProjectState& project) {
  Nodes nodes;
  for (const auto& client : project.clients)
    if (client.in_trouble_on(project.default_branch()))
      nodes.push_back(Fields{{"name", client.config.title}});
  return nodes;
}

// "1 client, 3 branches"
std::string left_out_words(const ProjectState& project) {
  const std::size_t branches = project.left_out.size();
  std::string words = project.retired.empty() ? std::string() : counted(project.retired.size(), "client");
  if (branches > 0)
    words += concat(words.empty() ? "" : ", ", branches, branches == 1 ? " branch" : " branches");
  return words;
}

// What counts no more, by name: its pages stay.
Node left_out_fields(const ProjectState& project) {
  if (project.retired.empty() && project.left_out.empty()) return false;
  Nodes clients;
  for (const ClientOverview& client : project.retired)
    if (clients.size() < most_in_list)
      clients.push_back(Fields{{"name", client.config.title},
                               {"link", client_place(client.key.client)},
                               {"since", time_field(client.retired_at)}});
  Nodes branches;
  for (const std::string& branch : project.left_out)
    if (branches.size() < most_in_list)
      branches.push_back(Fields{{"name", branch}, {"link", branch_commits_place(branch)}});
  const std::size_t named = clients.size() + branches.size();
  const std::size_t more = project.retired.size() + project.left_out.size() - named;
  return Fields{{"words", left_out_words(project)},
                {"any_clients", !clients.empty()},
                {"clients", std::move(clients)},
                {"any_branches", !branches.empty()},
                {"branches", std::move(branches)},
                {"more", more > 0 ? concat("and ", more, " more, on the pages of commits and history")
                                  : std::string()}};
}

Fields summary_view(const FarmConfig& farm, const ProjectState& project) {
  const std::string state = status_icon(project);
  const std::string lead = capitalised(words_of(project));
  Fields fields = page_fields(farm, project_frame(index_file, concat(lead, ": ", project.config.title), state,
                                                  std::string(summary_json_file)));
  fields.add(project_fields(project.id, project.config, state));
  fields["on_summary"] = "page";
  fields["description"] = project.config.description;
  fields["verdict"] = verdict_fields(project, "");
  Nodes told = told_nodes(project);
  std::size_t unlisted = 0;
  Nodes others = listed_nodes(project, unlisted);
  fields["told"] = !told.empty() || !others.empty();
  if (auto reason = reason_fields(project); reason && told.empty()) fields["reason"] = *std::move(reason);
  const std::size_t count = others.size() + unlisted;
  if (count > 0)
    fields["others"] = Fields{{"words", concat(counted(count, told.empty() ? "problem" : "more problem"),
                                               told.empty() ? " on other branches" : "")},
                              {"rows", std::move(others)},
                              {"unlisted", unlisted > 0 ? concat("and ", unlisted, " more") : ""}};
  fields["stories"] = std::move(told);
  fields["troubled"] = troubled_clients(project);
  Nodes columns;
  for (const auto& branch : project.branches) columns.push_back(Fields{{"branch", branch}});
  fields["columns"] = columns.size() == 1 ? "one" : columns.size() == 2 ? "two" : "three";
  fields["branches"] = std::move(columns);
  Nodes more;
  for (std::size_t i = project.branches.size(); i < std::min(project.all_branches.size(), most_more_branches);
       ++i)
    more.push_back(Fields{{"name", project.all_branches[i]},
                          {"at", branch_commits_place(project.all_branches[i])},
                          {"failing", project.problems_on(project.all_branches[i]) != nullptr}});
  fields["any_more"] = !more.empty();
  fields["more_columns"] = std::move(more);
  fields["more_columns_cut"] =
      project.all_branches.size() > most_more_branches
          ? concat("and ", project.all_branches.size() - most_more_branches, " more, on the page of commits")
          : std::string();
  fields["has_clients"] = !project.clients.empty();
  fields["clients"] = client_rows(farm, project);
  fields["left_out"] = left_out_fields(project);
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
  TRY_SET(const std::string start, start_definition_at_hand(context.layout(), project));
  TRY(start.empty() ? context.site().remove(path(start_file))
                    : context.site().put_as_is(path(start_file), start));
  Fields view = summary_view(context.farm(), *state);
  view["start"] = start.empty() ? std::string() : std::string(start_file);
  std::string html = render("summary", view);
  const std::string page = stamp_page(html);
  TRY(context.site().put(path(index_file), html));
  TRY(context.site().put(path(feed_file),
                         feed_atom(context.farm(), {state}, project_feed(context.farm(), *state))));
  TRY(context.site().put(path(cctray_file), cctray_xml(context.farm(), {state})));
  TRY(context.site().put(path(badge_file), project_badge(*state)));
  TRY(write_branch_files(context, *state));
  return context.site().put(path(summary_json_file), summary_json(context.farm(), *state, page));
}

}  // namespace testfarm
