#include "generator/pages/failures.hpp"

#include <algorithm>

#include "analysis/gone_failures.hpp"
#include "base/text.hpp"
#include "generator/html/plot.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/failure_fields.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/problem_fields.hpp"
#include "generator/pages/project_words.hpp"
#include "generator/site/paths.hpp"
#include "store/index/failed_tests.hpp"

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

// The time that all bars of the page share: a month at most.
struct Axis {
  Millis from = 0, to = 0;
  std::size_t lines = 12;  // of one failure, at most
  Millis step() const { return to - from > 4 * day_ms ? 7 * day_ms : day_ms; }
};
constexpr Millis longest_axis = 30 * day_ms;
constexpr std::size_t bars_of_page = 200;  // about 150 bytes each

// A line a client: from the first to the last execution of its last row of failures.
Bulk bars_of(const Story& story, const Axis& axis) {
  std::vector<TimeBar> bars;
  std::string label;
  for (const ClientHistory& part : story.histories) {
    const bool over = !part.open();
    if (bars.size() == axis.lines) break;
    if (over && part.last.started_at < axis.from) continue;
    std::string title = concat(part.client.client.text(), ": ", part.sure ? "from " : "from before ",
                               moment_text(part.first.started_at),
                               over ? concat(" to ", moment_text(part.last.started_at)) : std::string(" on"));
    label += concat(label.empty() ? "" : "; ", title);
    bars.push_back({.from = part.first.started_at,
                    .to = over ? part.last.started_at : axis.to,
                    .over = over,
                    .title = std::move(title)});
  }
  return {bars_svg(bars, axis.from, axis.to, axis.step(), label)};
}

Fields row_of(const Problem& problem, const Axis& axis) {
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
          {"suspects", suspects_text(story)},
          {"plot_html", bars_of(story, axis)}};
}

// What was there, by whom it was mended last: chance is mended by nobody.
Fields gone_row(const Story& story, const Axis& axis) {
  Fields row{{"what", headline(story.example)},  {"link", failure_place(story.branch, story.fingerprint)},
             {"branch", story.branch},           {"last", occurrence_fields(story.last, story.branch, "")},
             {"flaky", story.flakiness.flaky()}, {"plot_html", bars_of(story, axis)}};
  const ClientHistory* mended = nullptr;
  for (const ClientHistory& part : story.histories)
    if (part.fixed_by && (mended == nullptr || part.fixed_by->started_at > mended->fixed_by->started_at))
      mended = &part;
  row["fixed_by"] =
      mended == nullptr || story.flakiness.flaky() ? Node(false) : Node(moment_fields(*mended->fixed_by, ""));
  return row;
}

// Of the branches that the summary shows those on which somebody reported tests.
Result<std::vector<std::string>> branches_with_tests(Index& index, const ProjectState& project) {
  std::vector<std::string> tested;
  for (const std::string& branch : project.branches)
    for (const ClientOverview& client : project.clients) {
      TRY_SET(const auto run, FailedTests(index).with_tests(client.key, branch, always, false));
      if (!run) continue;
      tested.push_back(branch);
      break;
    }
  return tested;
}

Axis axis_of(const ProjectState& project, const GoneFailures& gone) {
  Axis axis{.from = always, .to = newest_result(project)};
  const auto see = [&](const Story& story) {
    for (const ClientHistory& part : story.histories) axis.from = std::min(axis.from, part.first.started_at);
  };
  for (const BranchProblems& branch : project.problems)
    for (const Problem& problem : branch.problems) see(problem.story);
  for (const Story& story : gone.stories) see(story);
  std::size_t rows = gone.stories.size();
  for (const BranchProblems& branch : project.problems) rows += branch.problems.size();
  axis.lines = std::clamp(bars_of_page / std::max<std::size_t>(rows, 1), std::size_t{2}, std::size_t{12});
  axis.from = std::clamp(axis.from, axis.to - longest_axis, axis.to - 2 * day_ms);
  return axis;
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

Fields failures_view(const FarmConfig& farm, const ProjectState& project, const GoneFailures& gone,
                     const std::vector<std::string>& tested) {
  const std::string icon = status_icon(project);
  const std::string words = capitalised(headline_words(project));
  Fields fields =
      page_fields(farm, project_frame(failures_place, concat(words, ": ", project.config.title), icon));
  fields.add(project_fields(project.id, project.config, icon));
  fields["on_failures"] = "page";
  fields["words"] = words;
  Nodes matrices;
  for (const std::string& branch : tested)
    matrices.push_back(Fields{{"branch", branch}, {"link", matrix_place(branch)}});
  fields["any_matrix"] = !matrices.empty();
  fields["matrices"] = std::move(matrices);

  const Axis axis = axis_of(project, gone);
  fields["axis_from"] = time_field(axis.from);
  fields["axis_to"] = time_field(axis.to);
  fields["axis_lines"] = std::to_string(axis.lines);
  fields["axis_step"] = axis.step() == day_ms ? "a day" : "a week";

  Nodes rows;
  std::size_t untold = 0;
  for (const BranchProblems& branch : project.problems) {
    for (const Problem& problem : branch.problems) rows.push_back(row_of(problem, axis));
    untold += branch.untold;
  }
  fields["any"] = !rows.empty();
  fields["rows"] = std::move(rows);
  if (untold > 0)
    fields["more"] = concat("and ", counted(untold, "more failure"), ", on the pages of their executions");

  Nodes gone_rows;
  for (const Story& story : gone.stories) gone_rows.push_back(gone_row(story, axis));
  fields["any_gone"] = !gone_rows.empty();
  fields["gone"] = std::move(gone_rows);
  fields["gone_more"] = gone.more;
  return fields;
}

}  // namespace

Status write_failures(PageContext& context, const ProjectId& project) {
  TRY_SET(const ProjectState* state, context.project_state(project));
  TRY_SET(const GoneFailures gone, gone_failures(context.index(), *state));
  TRY_SET(const auto tested, branches_with_tests(context.index(), *state));
  return context.site().put(in_project(project, failures_place),
                            render("failures", failures_view(context.farm(), *state, gone, tested)));
}

}  // namespace testfarm
