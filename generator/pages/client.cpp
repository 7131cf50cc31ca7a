#include "generator/pages/client.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "generator/html/plot.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/badges.hpp"
#include "generator/pages/client_fields.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/problem_fields.hpp"
#include "generator/pages/project_words.hpp"
#include "generator/pages/site_json.hpp"
#include "generator/site/paths.hpp"
#include "store/clients/register.hpp"
#include "store/index/failed_tests.hpp"
#include "store/index/history.hpp"

namespace testfarm {
namespace {

constexpr std::size_t recent_of_client = 200;
constexpr std::size_t most_plots = 12;
constexpr std::size_t listed_executions = 25;
constexpr std::size_t most_fact_changes = 20;

struct ClientPage {
  ClientOverview client;
  std::vector<ExecutionRow> recent;  // newest first
  std::vector<Note> notes;           // oldest first
  std::vector<std::string> tested;   // branches that have test results
};

bool tells_of_code(const Summary& summary) {
  return summary.progress == Progress::passed || summary.progress == Progress::failed;
}

std::vector<ExecutionHeader> headers_of(const std::vector<ExecutionRow>& rows) {
  std::vector<ExecutionHeader> headers;
  headers.reserve(rows.size());
  for (const ExecutionRow& row : rows) headers.push_back(header_of(row));
  return headers;
}

// How the client stands on one branch: {branch, state, words, fails, link, since}.
Fields branch_fields(const ProjectState& project, const ClientOverview& client, const BranchState& branch) {
  const Summary& last = branch.last->summary;
  Fields fields{
      {"branch", branch.branch},
      {"state", state_letter(last.progress)},
      {"words", state_words(last)},
      {"fails", branch.fails()},
      {"link", execution_file(branch.last->key.execution)},
      {"time", time_field(last.started_at)},
      {"retired", branch.retired_at > 0},
      {"gone", branch.gone},
      {"reason", last.progress == Progress::passed || last.stopped_in() != nullptr ? std::string()
                                                                                   : last.ended_because}};
  if (branch.fails()) fields["since"] = since_fields(project, client.key.client, branch, "../");
  if (const Problem* problem = project.problem_of(branch)) fields["standing"] = standing_fields(*problem);
  return fields;
}

// The default branch speaks for the client; the others follow, a line each.
Fields verdict(const ProjectState& project, const ClientOverview& client) {
  constexpr std::size_t most_lines = 12;
  Fields fields{{"branch", project.default_branch()}};
  Nodes others;
  std::size_t unsaid = 0;
  for (const BranchState* branch : client.every_branch()) {
    if (!branch->last) continue;
    if (branch->branch == project.default_branch())
      fields["main"] = branch_fields(project, client, *branch);
    else if (others.size() < most_lines)
      others.push_back(branch_fields(project, client, *branch));
    else
      ++unsaid;
  }
  if (!fields.contains("main")) fields["main"] = false;
  fields["has_others"] = !others.empty();
  fields["others"] = std::move(others);
  if (unsaid > 0) fields["unsaid"] = concat("and ", unsaid, unsaid == 1 ? " more branch" : " more branches");
  return fields;
}

Nodes fact_rows(const Facts& facts) {
  Nodes rows;
  for (const auto& [name, value] : facts) {
    rows.push_back(Fields{{"name", capitalised(name)}, {"value", value}});
  }
  return rows;
}

// What changed between one execution and the next, newest first.
Nodes fact_changes(const std::vector<ExecutionRow>& rows) {
  Nodes changes;
  for (std::size_t i = 0; i + 1 < rows.size() && changes.size() < most_fact_changes; ++i) {
    const Facts& now = rows[i].summary.facts;
    const Facts& before = rows[i + 1].summary.facts;
    for (const auto& [name, value] : now) {
      const auto old = before.find(name);
      if (old != before.end() && old->second == value) continue;
      changes.push_back(Fields{{"name", name},
                               {"before", old == before.end() ? std::string("nothing") : old->second},
                               {"now", value},
                               {"link", execution_file(rows[i].key.execution)},
                               {"time", time_field(rows[i].summary.started_at)}});
    }
  }
  return changes;
}

Nodes note_rows(const std::vector<Note>& notes) {
  Nodes rows;
  for (auto note = notes.rbegin(); note != notes.rend(); ++note)
    rows.push_back(Fields{{"text", note->text}, {"time", full_time_field(note->at)}});
  return rows;
}

// "96 % of 181 results that tell of the code"
Fields success_rate(const std::vector<ExecutionRow>& rows) {
  std::size_t passed = 0;
  std::size_t told = 0;
  for (const ExecutionRow& row : rows) {
    if (!tells_of_code(row.summary)) continue;
    ++told;
    if (row.summary.progress == Progress::passed) ++passed;
  }
  if (told == 0) return {};
  return {{"percent", std::to_string(passed * 100 / told)},
          {"passed", std::to_string(passed)},
          {"told", std::to_string(told)}};
}

Millis median(std::vector<Millis> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Typical is the median of those that passed.
Nodes task_rows(const std::vector<ExecutionRow>& rows) {
  struct Seen {
    std::string name;
    std::vector<Millis> passed;
    Millis last = 0;
    std::size_t failed = 0;
  };
  std::vector<Seen> tasks;  // in the order of the newest execution that has them
  for (const ExecutionRow& row : rows)
    for (const TaskSummary& task : row.summary.tasks) {
      if (task.progress == Progress::running || task.name.empty()) continue;
      auto seen =
          std::find_if(tasks.begin(), tasks.end(), [&](const Seen& s) { return s.name == task.name; });
      if (seen == tasks.end()) {
        tasks.push_back({.name = task.name, .last = task.duration, .failed = 0});
        seen = std::prev(tasks.end());
      }
      if (task.progress == Progress::passed) seen->passed.push_back(task.duration);
      if (task.progress == Progress::failed) ++seen->failed;
    }
  Nodes nodes;
  for (const Seen& task : tasks)
    nodes.push_back(
        Fields{{"name", task.name},
               {"typical", task.passed.empty() ? std::string("–") : duration_text(median(task.passed))},
               {"last", duration_text(task.last)},
               {"failed", std::to_string(task.failed)}});
  return nodes;
}

bool moved(const std::vector<StatChange>& moves, const std::string& stat, const ExecutionKey& execution) {
  return std::any_of(moves.begin(), moves.end(), [&](const StatChange& move) {
    return move.stat == stat && move.execution.key == execution;
  });
}

// One plot a stat, oldest value first, of one branch: what branches differ in is no move. A stat that no
// recent execution has is not shown.
Nodes plots(const std::vector<ExecutionRow>& rows, const ClientOverview& client, Nodes& others) {
  std::map<std::string, std::vector<PlotPoint>> series;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row)
    if (row->summary.ended() && row->summary.branch == client.stats_branch)
      for (const auto& [name, value] : row->summary.stats)
        series[name].push_back({value, row->summary.progress == Progress::failed    ? 'f'
                                       : moved(client.stat_changes, name, row->key) ? 'm'
                                                                                    : 'p'});
  Nodes nodes;
  for (const auto& [name, points] : series) {
    const auto [least, most] = std::minmax_element(
        points.begin(), points.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
    const std::string words =
        concat("latest ", stat_text(points.back().value), "; lowest ", stat_text(least->value), ", highest ",
               stat_text(most->value), " in ", counted(points.size(), "run"), " on ", client.stats_branch);
    if (points.size() < 2 || nodes.size() == most_plots) {
      others.push_back(Fields{{"name", name}, {"words", words}});
      continue;
    }
    nodes.push_back(Fields{{"name", name},
                           {"words", words},
                           {"plot_html", Bulk{plot_svg(points, 440, 120, concat(name, ": ", words))}}});
  }
  return nodes;
}

// "1 suspect", "at least 3 suspects, shared by 4 clients", or nothing where the changes are not known.
std::string suspects_words(const StatChange& move) {
  const Range& suspects = move.suspects;
  if (!suspects.known || suspects.commits.empty()) return {};
  return concat(suspects.complete ? "" : "at least ", counted(suspects.commits.size(), "suspect"),
                move.ranges > 1 ? concat(", shared by ", counted(move.ranges, "client")) : "");
}

Nodes suspect_rows(const StatChange& move) {
  constexpr std::size_t listed = 5;
  Nodes rows;
  for (const Commit& commit : move.suspects.commits) {
    if (rows.size() == listed) break;
    rows.push_back(
        Fields{{"revision", short_revision(commit.revision)},
               {"link", commit.listed_at > 0 ? "../" + commit_place(move.branch, commit) : std::string()},
               {"title", commit.message},
               {"author", commit.author}});
  }
  return rows;
}

Nodes stat_change_rows(const std::vector<StatChange>& moves) {
  constexpr std::size_t listed = 10;
  Nodes rows;
  for (const StatChange& move : moves) {
    if (rows.size() == listed) break;
    rows.push_back(Fields{{"number", std::to_string(rows.size() + 1)},
                          {"words", words_of(move)},
                          {"state", move.worse()      ? "f"
                                    : move.improved() ? "p"
                                                      : "w"},
                          {"verdict", move.worse()      ? "worse"
                                      : move.improved() ? "better"
                                                        : "moved"},
                          {"branch", move.branch},
                          {"good", moment_fields(move.good, "../")},
                          {"bad", moment_fields(move.execution, "../")},
                          {"suspects", suspects_words(move)},
                          {"commits", suspect_rows(move)}});
  }
  return rows;
}

Nodes recent_rows(const std::vector<ExecutionRow>& rows) {
  Nodes nodes;
  for (const ExecutionRow& row : rows) {
    if (nodes.size() == listed_executions) break;
    const Summary& summary = row.summary;
    const std::string revision = header_of(row).revision;
    nodes.push_back(Fields{{"link", execution_file(row.key.execution)},
                           {"commit", "../" + tested_commit_place(summary.branch, revision)},
                           {"state", state_letter(summary.progress)},
                           {"words", state_words(summary)},
                           {"time", time_field(summary.started_at)},
                           {"at", std::to_string(summary.started_at)},
                           {"branch", summary.branch},
                           {"revision", short_revision(revision)},
                           {"duration", summary.ended() ? duration_text(summary.duration) : "running"}});
  }
  return nodes;
}

Fields client_view(const FarmConfig& farm, const ProjectState& state, const ClientPage& page) {
  const ProjectConfig& project = state.config;
  const ClientOverview& client = page.client;
  const std::string icon = status_icon(state, client);
  Fields fields = page_fields(farm, project_frame(client_place(client.key.client),
                                                  concat(client.config.title, ": ", project.title), icon));
  fields.add(project_fields(client.key.project, project, icon));
  fields["on_summary"] = "true";
  fields["feed"] = std::string(feed_file);
  fields["client"] = client.config.title;
  fields["description"] = client.config.description;
  fields["verdict"] = verdict(state, client);
  fields["retired"] = client.retired_at > 0 ? Node(time_field(client.retired_at)) : Node(false);
  fields["doing"] = client.retired_at > 0 ? Node(false) : Node(doing_fields(farm, client, ""));
  fields["facts"] = fact_rows(client.facts());

  Nodes changes = fact_changes(page.recent);
  fields["has_changes"] = !changes.empty();
  fields["fact_changes"] = std::move(changes);
  fields["notes"] = note_rows(page.notes);

  const auto headers = headers_of(page.recent);
  fields["any"] = !headers.empty();
  fields["strip"] = result_strip(headers, "");
  fields["strip_words"] = result_strip_words(headers);
  fields["results"] = counted(headers.size(), "result");
  fields["rate"] = success_rate(page.recent);
  fields["tasks"] = task_rows(page.recent);

  Nodes others;
  Nodes pictures = plots(page.recent, client, others);
  Nodes moves = stat_change_rows(client.stat_changes);
  fields["has_moves"] = !moves.empty();
  fields["moves"] = std::move(moves);

  Nodes tests;
  for (const std::string& branch : page.tested)
    tests.push_back(Fields{{"branch", branch}, {"link", tests_in_client(branch)}});
  fields["tests_on"] = std::move(tests);
  const bool has_stats = !pictures.empty() || !others.empty();
  fields["has_stats"] = has_stats;
  fields["plots"] = std::move(pictures);
  fields["stats"] = std::move(others);
  fields["stats_branch"] = client.stats_branch;
  fields["plots_wanted"] = has_stats;
  fields["recent"] = recent_rows(page.recent);
  return fields;
}

}  // namespace

Status write_client(PageContext& context, const ClientKey& key) {
  TRY_SET(const ProjectState* state, context.project_state(key.project));
  const ClientOverview* client = state->client(key.client);
  if (client == nullptr) return {};
  ClientPage page{.client = *client};
  for (const BranchState* branch : client->every_branch()) {
    TRY_SET(const auto tested, FailedTests(context.index()).with_tests(key, branch->branch, always, false));
    if (tested) page.tested.push_back(branch->branch);
  }
  TRY_SET(page.recent, History(context.index()).latest_rows(key, recent_of_client));
  const auto known = read_client_register(context.layout(), key);
  if (known) page.notes = known->notes;
  TRY(context.site().put(in_client(key, stats_json_file),
                         stats_json(page.client, state->config.stats, page.recent)));
  TRY(write_client_files(context, *state, page.client));
  return context.site().put(in_client(key, index_file),
                            render("client", client_view(context.farm(), *state, page)));
}

}  // namespace testfarm
