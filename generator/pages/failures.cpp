#include "generator/pages/failures.hpp"

#include "base/text.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/failure_fields.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/problem_fields.hpp"
#include "generator/pages/project_words.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {
namespace {

Nodes client_nodes(const Story& story) {
  Nodes nodes;
  for (std::size_t i = 0; i < story.open && i < most_listed_clients; ++i) {
    const ClientId& client = story.histories[i].client.client;
    nodes.push_back(Fields{{"name", client.text()}, {"at", client_place(client)}});
  }
  return nodes;
}

// "2", "at least 1" where not all changes in between are known, "–" where nothing is known or nothing of the
// kind is asked (chance has no suspects).
std::string suspects_text(const Story& story) {
  const Range& suspects = story.suspects;
  if (story.flakiness.flaky() || !suspects.known) return "–";
  return concat(suspects.complete ? "" : "at least ", suspects.commits.size());
}

Fields row_of(const Problem& problem) {
  const Story& story = problem.story;
  return {{"what", headline(story.example)},
          {"link", failure_place(story.branch, story.fingerprint)},
          {"standing", standing_fields(problem)},
          {"note", problem.note},
          {"branch", story.branch},
          {"clients", client_nodes(story)},
          {"more_clients", story.open > most_listed_clients
                               ? concat("and ", story.open - most_listed_clients, " more")
                               : std::string()},
          {"began", occurrence_fields(problem.since, story.branch, "")},
          {"suspects", suspects_text(story)}};
}

// "3 failures are open", "at least 3 failures are open".
std::string headline_words(const ProjectState& project) {
  std::size_t count = 0;
  bool counted_all = true;
  for (const BranchProblems& branch : project.problems) {
    count += branch.all();
    counted_all = counted_all && branch.counted;
  }
  if (count == 0) return "no failure is open";
  return concat(counted_all ? "" : "at least ", counted(count, "failure"),
                count == 1 ? " is open" : " are open");
}

Fields failures_view(const FarmConfig& farm, const ProjectState& project) {
  const std::string icon = status_icon(project);
  const std::string words = capitalised(headline_words(project));
  Fields fields =
      page_fields(farm, project_frame(failures_place, concat(words, ": ", project.config.title), icon));
  fields.add(project_fields(project.id, project.config, icon));
  fields["on_failures"] = "page";
  fields["words"] = words;

  Nodes rows;
  std::size_t untold = 0;
  for (const BranchProblems& branch : project.problems) {
    for (const Problem& problem : branch.problems) rows.push_back(row_of(problem));
    untold += branch.untold;
  }
  fields["any"] = !rows.empty();
  fields["rows"] = std::move(rows);
  if (untold > 0)
    fields["more"] = concat("and ", counted(untold, "more failure"), ", on the pages of their executions");
  return fields;
}

}  // namespace

Status write_failures(PageContext& context, const ProjectId& project) {
  TRY_SET(const ProjectState* state, context.project_state(project));
  return context.site().put(in_project(project, failures_place),
                            render("failures", failures_view(context.farm(), *state)));
}

}  // namespace testfarm
