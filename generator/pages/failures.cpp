#include "generator/pages/failures.hpp"

#include "analysis/open_failures.hpp"
#include "base/text.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/failure_fields.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/project_words.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {
namespace {

// Colour, shape and word always come together.
Fields standing_fields(Standing standing) {
  switch (standing) {
    case Standing::fresh: break;
    case Standing::returned: return {{"state", "f"}, {"word", "back"}};
    case Standing::flaky: return {{"state", "f"}, {"word", "flaky"}};
  }
  return {{"state", "f"}, {"word", "failing"}};
}

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

Fields row_of(const OpenFailure& failure, const ProjectConfig& config) {
  const Story& story = failure.story;
  Fields row{
      {"what", headline(story.example)},
      {"link", failure_place(story.branch, story.fingerprint)},
      {"verdict", standing_fields(failure.standing)},
      {"branch", story.branch},
      {"clients", client_nodes(story)},
      {"others", story.open > most_listed_clients ? concat("and ", story.open - most_listed_clients, " more")
                                                  : std::string()},
      {"since", occurrence_fields(failure.since, "")},
      {"suspects", suspects_text(story)}};
  const KnownProblem* problem = known_problem(config, story.example);
  row["known"] = problem != nullptr ? Node(Fields{{"title", problem->title}}) : Node(false);
  return row;
}

// "3 failures are open", "at least 3 failures are open".
std::string headline_words(const OpenFailures& open) {
  const std::size_t count = open.failures.size() + open.untold;
  if (count == 0) return "no failure is open";
  return concat(open.counted ? "" : "at least ", counted(count, "failure"),
                count == 1 ? " is open" : " are open");
}

Fields failures_view(const FarmConfig& farm, const ProjectState& project, const OpenFailures& open) {
  const std::string icon = status_icon(project);
  const std::string words = capitalised(headline_words(open));
  Fields fields =
      page_fields(farm, project_frame(failures_place, concat(words, ": ", project.config.title), icon));
  fields.add(project_fields(project.id, project.config, icon));
  fields["on_failures"] = true;
  fields["words"] = words;
  fields["any"] = !open.failures.empty();

  Nodes rows;
  for (const OpenFailure& failure : open.failures) rows.push_back(row_of(failure, project.config));
  fields["rows"] = std::move(rows);
  if (open.untold > 0)
    fields["more"] =
        concat("and ", counted(open.untold, "more failure"), ", on the pages of their executions");
  return fields;
}

}  // namespace

Status write_failures(PageContext& context, const ProjectId& project) {
  TRY_SET(const ProjectState* state, context.project_state(project));
  TRY_SET(const OpenFailures open, read_open_failures(context.index(), *state));
  return context.site().put(in_project(project, failures_place),
                            render("failures", failures_view(context.farm(), *state, open)));
}

}  // namespace testfarm
