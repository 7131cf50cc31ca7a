#include "generator/pages/farm.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/feeds.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/project_words.hpp"
#include "generator/pages/site_json.hpp"
#include "generator/pages/verdict_fields.hpp"
#include "generator/site/paths.hpp"
#include "schema/move.hpp"
#include "store/identity.hpp"

namespace testfarm {
namespace {

// Of the default branch, like every word of the row.
Nodes marks(const ProjectState& project) {
  Nodes nodes;
  for (const auto& client : project.clients)
    if (const BranchState* branch = client.on(project.default_branch()); branch != nullptr && branch->last)
      nodes.push_back(
          Fields{{"state", state_letter(branch->last->summary.progress)},
                 {"words", concat(client.config.title, ": ", state_word(branch->last->summary.progress))}});
  return nodes;
}

Fields farm_row(const FarmConfig& farm, const ProjectState& project) {
  Fields row{{"id", project.id.text()},
             {"title", project.config.title},
             {"description", project.config.description},
             {"barn", status_icon(project)},
             {"verdict", verdict_fields(project, project.id.text() + '/')},
             {"marks", marks(project)}};
  std::size_t running = 0;
  Nodes deadlines;
  for (const auto& client : project.clients) {
    if (client.running) ++running;
    if (!client.running && client.state.heard_at > 0)
      deadlines.push_back(Fields{{"deadline", std::to_string(client.state.deadline)}});
  }
  if (running > 0) row["running"] = concat(running, " running");
  row["deadlines"] = std::move(deadlines);
  row["grace"] = std::to_string(farm.grace);
  if (project.last_activity > 0) row["last"] = time_field(project.last_activity);
  return row;
}

Fields farm_view(const FarmConfig& farm, const std::vector<ProjectState>& projects) {
  std::size_t failing = 0;
  std::size_t troubled = 0;
  Nodes rows;
  for (const char* state : {"fail", "trouble", "pass", "none"})
    for (const auto& project : projects)
      if (status_icon(project) == state) rows.push_back(farm_row(farm, project));
  for (const auto& project : projects) {
    if (status_icon(project) == "fail") ++failing;
    if (status_icon(project) == "trouble") ++troubled;
  }
  const bool any = std::any_of(projects.begin(), projects.end(),
                               [](const ProjectState& project) { return project.with_results() > 0; });
  const std::string state = failing > 0 ? "fail" : troubled > 0 ? "trouble" : any ? "pass" : "none";
  const std::string of_all = concat(" of ", counted(projects.size(), "project"));
  Fields fields = page_fields(
      farm, {.root = "",
             .title = failing > 0 ? concat(failing, of_all, failing == 1 ? " fails: " : " fail: ", farm.title)
                                  : farm.title,
             .state = state,
             .feed = std::string(feed_file),
             .live = std::string(farm_json_file)});
  if (failing > 0) fields["failing"] = concat(failing, of_all, failing == 1 ? " fails" : " fail");
  if (troubled > 0)
    fields["troubled"] =
        concat(troubled, troubled == 1 ? " has infrastructure trouble" : " have infrastructure trouble");
  fields["quiet"] = failing == 0 && troubled == 0 && any;
  fields["untested"] = !any && !projects.empty();
  fields["empty"] = projects.empty();
  fields["some"] = !projects.empty();
  fields["projects"] = std::move(rows);
  return fields;
}

// Where the site is still shown at an address of before, clients find here where the farm is now.
Status write_moves(PageContext& context) {
  TRY_SET(const auto identity, read_identity(context.layout()));
  std::vector<Move> moves;
  if (identity)
    for (const FormerAddress& former : context.farm().former)
      moves.push_back(signed_move(former.base_url, context.farm().base_url, identity->keys.secret_key));
  const std::string path(moved_file);
  return moves.empty() ? context.site().remove(path) : context.site().put_as_is(path, encode(moves));
}

}  // namespace

Status write_farm(PageContext& context) {
  TRY_SET(const auto ids, context.index().projects());
  std::vector<ProjectState> states;
  std::vector<const ProjectState*> all;
  for (const ProjectId& id : ids) {
    TRY_SET(const ProjectState* state, context.project_state(id));
    states.push_back(*state);
    all.push_back(state);
  }
  std::string html = render("farm", farm_view(context.farm(), states));
  const std::string page = stamp_page(html);
  TRY(context.site().put(std::string(index_file), html));
  TRY(context.site().put(std::string(feed_file), feed_atom(context.farm(), all, farm_feed(context.farm()))));
  TRY(context.site().put(std::string(cctray_file), cctray_xml(context.farm(), all)));
  TRY(write_moves(context));
  return context.site().put(std::string(farm_json_file), farm_json(context.farm(), all, page));
}

}  // namespace testfarm
