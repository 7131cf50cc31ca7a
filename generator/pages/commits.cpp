#include "generator/pages/commits.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "analysis/project_state.hpp"
#include "base/text.hpp"
#include "generator/html/escape.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/commit_tracks.hpp"
#include "generator/pages/failure_fields.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/project_words.hpp"
#include "generator/site/calendar.hpp"
#include "generator/site/paths.hpp"
#include "store/index/commits.hpp"
#include "store/index/history.hpp"

namespace testfarm {
namespace {

constexpr std::size_t newest_commits = 100;
constexpr std::size_t month_commits = 500;
constexpr std::size_t rows_bytes = 84 * 1024;  // so much of a page is rows
constexpr std::size_t bytes_of_name = 100;     // of a commit that is on another part
constexpr std::size_t of_a_commit = 50;        // executions
constexpr std::size_t most_clients = 40;
constexpr std::size_t most_branch_links = 1000;
constexpr std::size_t unfolded_branches = 12;
constexpr std::size_t turned_heads = 8;        // from so many clients on the heads are turned
constexpr std::size_t unscrolled_tracks = 16;  // so many fit beside a commit on a desk

struct CommitsPage {
  std::string branch;
  std::optional<Millis> month;                           // nothing for the newest
  std::vector<Commit> commits;                           // newest first
  std::vector<std::vector<ExecutionHeader>> executions;  // of each commit, newest first
  std::vector<std::string> branches;                     // only where all are listed
  const BranchProblems* problems = nullptr;              // of what fails now on the branch; on the newest
  std::optional<Millis> older;                           // a moment in the month before what is shown
  std::optional<Millis> newer;
  bool cut = false;  // there were more than are shown
};

std::set<std::string> suspects_of(const BranchProblems* problems) {
  std::set<std::string> revisions;
  if (problems == nullptr) return revisions;
  for (const Problem& problem : problems->problems)
    if (problem.standing != Standing::flaky)
      for (const Commit& commit : problem.story.suspects.commits) revisions.insert(commit.revision);
  return revisions;
}

const Story* leading_story(const BranchProblems* problems) {
  if (problems == nullptr) return nullptr;
  for (const Problem& problem : problems->problems)
    if (problem.standing != Standing::flaky && problem.story.suspects.known) return &problem.story;
  return nullptr;
}

// Every client that tested one of the commits, by name; on the newest those first that fail on this branch.
// A month's page, once it is over, must not change with what is known today.
std::vector<const ClientOverview*> clients_of(const ProjectState& project, const CommitsPage& page) {
  std::set<ClientId> tested;
  for (const auto& executions : page.executions)
    for (const ExecutionHeader& execution : executions) tested.insert(execution.key.owner.client);
  std::vector<const ClientOverview*> clients;
  for (const auto* all : {&project.clients, &project.retired})
    for (const ClientOverview& client : *all)
      if (tested.contains(client.key.client)) clients.push_back(&client);
  std::sort(clients.begin(), clients.end(),
            [](const auto* a, const auto* b) { return a->key.client < b->key.client; });
  if (!page.month)
    std::stable_partition(clients.begin(), clients.end(),
                          [&](const auto* client) { return client->last_failed_on(page.branch); });
  if (clients.size() > most_clients) clients.resize(most_clients);
  return clients;
}

// Of the project where all branches are listed, else of the branch alone.
std::string icon_for(const ProjectState& project, const CommitsPage& page) {
  if (page.month) return "pass";
  if (!page.branches.empty() || page.branch.empty()) return status_icon(project);
  return std::any_of(project.clients.begin(), project.clients.end(),
                     [&](const ClientOverview& client) { return client.last_failed_on(page.branch); })
             ? "fail"
             : "pass";
}

// A row a commit, and before the first of each day a row with the day.
struct Row {
  std::string html;
  std::size_t commit;  // its number, or that of the first of the day
};

std::string day_html(Millis at, const std::string& cells) {
  return concat("<tr class=\"day\"><th scope=\"rowgroup\">", day_text(at), "</th>", cells, "</tr>\n");
}

// A page has a hundred, and they are most of it: made here, like their cells, and not by the template.
std::string commit_html(const Commit& commit, bool suspect, const std::string& cells) {
  const std::string anchor = escaped(commit_anchor(commit.revision));
  std::string html = concat("<tr id=\"", anchor, '"');
  const std::string author = escaped(commit.author);
  if (!author.empty()) html += concat(" data-author=\"", author, '"');
  if (suspect) html += " class=\"sus\" data-suspect";
  html +=
      concat("><th scope=\"row\"><span class=\"cm\"><a class=\"hash\" href=\"#", anchor, "\">",
             escaped(short_revision(commit.revision)), "</a> ", escaped(commit.message), "</span><small>");
  if (!author.empty()) html += author + ", ";
  html += concat("<time datetime=\"", iso_time(commit.at), "\">", moment_text(commit.at), "</time>");
  if (suspect) html += " <b class=\"tag\">suspect</b>";
  return html + concat("</small></th>", cells, "</tr>\n");
}

std::vector<Row> commit_rows(const CommitsPage& page, const std::vector<std::vector<Cell>>& tracks,
                             const std::string& up) {
  const std::set<std::string> suspects = suspects_of(page.problems);
  std::vector<Row> rows;
  for (std::size_t i = 0; i < page.commits.size(); ++i) {
    const Commit& commit = page.commits[i];
    if (i == 0 || day_start(commit.at) != day_start(page.commits[i - 1].at)) {
      std::string cells;
      for (const auto& track : tracks) cells += i == 0 ? "<td></td>" : between_html(track[i - 1], track[i]);
      rows.push_back({day_html(commit.at, cells), i});
    }
    std::string cells;
    for (const auto& track : tracks) cells += cell_html(track[i], up);
    rows.push_back({commit_html(commit, suspects.contains(commit.revision), cells), i});
  }
  return rows;
}

// Where each part begins, in rows. The first one of a month names the commits of all others, so that whatever
// leads to one finds it.
std::vector<std::size_t> part_starts(const CommitsPage& page, const std::vector<Row>& rows) {
  std::size_t all = 0;
  for (const Row& row : rows) all += row.html.size();
  std::vector<std::size_t> starts{0};
  const std::size_t names = page.month && all > rows_bytes ? page.commits.size() * bytes_of_name : 0;
  std::size_t bytes = std::min(names, rows_bytes / 2);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (bytes + rows[i].html.size() > rows_bytes && i > starts.back()) {
      starts.push_back(i);
      bytes = 0;
    }
    bytes += rows[i].html.size();
  }
  return starts;
}

// The first few in a line, the rest folded: each branch can be reached.
Fields branch_links(const CommitsPage& page, const std::string& up) {
  Nodes first;
  Nodes rest;
  for (std::size_t i = 0; i < std::min(page.branches.size(), most_branch_links); ++i) {
    const std::string& branch = page.branches[i];
    Nodes& list = i < unfolded_branches ? first : rest;
    list.push_back(Fields{{"name", branch},
                          {"link", up + branch_commits_place(branch)},
                          {"current", !page.month && branch == page.branch}});
  }
  Fields fields;
  if (first.size() > 1) fields["branches"] = Fields{{"list", std::move(first)}};
  if (rest.empty()) return fields;
  const std::size_t more = page.branches.size() - unfolded_branches;
  const std::size_t cut = more - rest.size();
  fields["more_branches"] = Fields{{"words", concat(more, more == 1 ? " more branch" : " more branches")},
                                   {"list", std::move(rest)},
                                   {"cut", cut > 0 ? concat("and ", cut, " more") : ""}};
  return fields;
}

std::string part_place(const CommitsPage& page, std::size_t part) {
  return month_commits_place(page.branch, *page.month, part);
}

// Of a month in parts: the way to each, and on the first one the commits of the others.
void add_parts(Fields& fields, const CommitsPage& page, const std::vector<Row>& rows,
               const std::vector<std::size_t>& starts, std::size_t part, const std::string& up) {
  if (!page.month || starts.size() < 2) return;
  Nodes parts;
  Nodes others;
  for (std::size_t i = 1; i <= starts.size(); ++i) {
    const std::string link = up + part_place(page, i);
    parts.push_back(Fields{{"number", std::to_string(i)}, {"link", link}, {"current", i == part}});
    if (part > 1 || i == 1) continue;
    std::string names;
    const std::size_t end = i < starts.size() ? rows[starts[i]].commit : page.commits.size();
    for (std::size_t c = rows[starts[i - 1]].commit; c < end; ++c) {
      const std::string& revision = page.commits[c].revision;
      const std::string anchor = commit_anchor(revision);
      names += concat("<a class=\"hash\" id=\"", anchor, "\" href=\"", escaped(link), '#', anchor, "\">",
                      escaped(short_revision(revision)), "</a> ");
    }
    others.push_back(Fields{{"part", std::to_string(i)}, {"cells_html", Bulk{std::move(names)}}});
  }
  fields["parts"] = Fields{{"list", std::move(parts)}};
  fields["any_others"] = !others.empty();
  fields["others"] = std::move(others);
}

struct CommitsTable {
  std::vector<const ClientOverview*> clients;
  std::vector<Row> rows;
  std::vector<std::size_t> starts;
};

CommitsTable table_of(const ProjectState& project, const CommitsPage& page, const std::string& up) {
  CommitsTable table{.clients = clients_of(project, page), .rows = {}, .starts = {}};
  std::vector<std::vector<Cell>> tracks;
  for (const ClientOverview* client : table.clients)
    tracks.push_back(track_of(client->key.client, page.executions));
  table.rows = commit_rows(page, tracks, up);
  table.starts = part_starts(page, table.rows);
  return table;
}

Fields commits_view(const FarmConfig& farm, const ProjectState& project, const CommitsPage& page,
                    const CommitsTable& table, std::size_t part, const std::string& place) {
  const bool newest = !page.month;
  const std::string title = page.branch.empty() ? std::string("Commits")
                            : newest            ? concat("Commits on ", page.branch)
                                     : concat("Commits on ", page.branch, ", ", month_text(*page.month));
  const std::string icon = icon_for(project, page);
  const std::string up = way_up(place);
  Fields fields = page_fields(farm, project_frame(place, concat(title, ": ", project.config.title), icon));
  fields.add(project_fields(project.id, project.config, icon));
  fields["up"] = up;
  fields["on_commits"] = page.branches.empty() ? "true" : "page";
  fields["title_text"] = title;
  fields["branch"] = page.branch;

  const Story* lead = leading_story(page.problems);
  if (lead != nullptr) {
    fields["lead"] = story_fields(*lead, project.config, up);
    fields["failure"] = Fields{{"link", up + failure_place(lead->branch, lead->fingerprint)},
                               {"what", headline(lead->example)}};
  }

  fields.add(branch_links(page, up));

  fields["any"] = !page.commits.empty();
  fields["size"] = table.clients.size() <= unscrolled_tracks ? "few" : "tall";
  fields["columns"] = table.clients.size() >= turned_heads ? "many" : "";
  Nodes heads;  // a view is rendered once
  for (const ClientOverview* client : table.clients)
    heads.push_back(Fields{{"name", client->config.title}, {"link", up + client_place(client->key.client)}});
  fields["clients"] = std::move(heads);
  std::string rows;
  const std::size_t to = part < table.starts.size() ? table.starts[part] : table.rows.size();
  for (std::size_t i = table.starts[part - 1]; i < to; ++i) rows += table.rows[i].html;
  fields["rows_html"] = Bulk{std::move(rows)};
  add_parts(fields, page, table.rows, table.starts, part, up);

  const auto month_link = [&](Millis month) {
    return Fields{{"link", up + month_commits_place(page.branch, month)}, {"text", month_text(month)}};
  };
  if (page.older) fields["older"] = month_link(*page.older);
  // Where all is shown, the page on which each stays is reached all the same.
  const bool by_month = newest && !page.older && !page.commits.empty();
  fields["by_month"] = by_month ? Node(month_link(page.commits.front().at)) : Node(false);
  if (page.newer) fields["newer"] = month_link(*page.newer);
  if (page.cut && !newest)
    fields["cut"] = concat("Only the newest ", month_commits, " of this month are shown.");
  return fields;
}

Status add_executions(Index& index, const ProjectId& project, CommitsPage& page) {
  for (const Commit& commit : page.commits) {
    TRY_SET(auto executions, History(index).of_revision(project, page.branch, commit.revision, of_a_commit));
    page.executions.push_back(std::move(executions));
  }
  return {};
}

}  // namespace

Status write_commits(PageContext& context, const ProjectId& project, const std::string& branch,
                     const std::string& month) {
  TRY_SET(const ProjectState* state, context.project_state(project));
  // Without a branch: the default one, and the names of all.
  const bool all = branch.empty();
  CommitsPage page;
  page.branch = all ? state->default_branch() : branch;
  if (all) {
    page.branches = state->all_branches;
    page.branches.insert(page.branches.end(), state->left_out.begin(), state->left_out.end());
  }
  const auto put = [&](const CommitsTable& table, std::size_t part, const std::string& place) {
    return context.site().put(
        in_project(project, place),
        render("commits", commits_view(context.farm(), *state, page, table, part, place)));
  };

  TRY_SET(const auto repository, Commits(context.index()).main_repository(project, page.branch));
  if (!month.empty()) {
    const auto start = parse_month(month);
    if (!start || !repository) return {};
    page.month = *start;
    TRY_SET(page.commits,
            Commits(context.index())
                .commits(project, branch, *repository, *start, next_month(*start), month_commits + 1));
    page.cut = page.commits.size() > month_commits;
    if (page.cut) page.commits.pop_back();
    if (page.commits.empty()) return {};
    TRY(add_executions(context.index(), project, page));
    const CommitsTable table = table_of(*state, page, way_up(part_place(page, 1)));
    std::size_t part = 1;
    for (; part <= table.starts.size(); ++part) TRY(put(table, part, part_place(page, part)));
    for (; context.site().has(in_project(project, part_place(page, part))); ++part)
      TRY(context.site().remove(in_project(project, part_place(page, part))));
    return {};
  }
  if (repository) {
    TRY_SET(page.commits, Commits(context.index())
                              .commits(project, page.branch, *repository, INT64_MIN, always, newest_commits));
  }

  TRY(add_executions(context.index(), project, page));
  page.problems = state->problems_on(page.branch);
  const std::string place = all ? std::string(commits_place) : branch_commits_place(page.branch);
  CommitsTable table = table_of(*state, page, way_up(place));
  // The month of the last one shown has the rest of it.
  const std::size_t shown =
      table.starts.size() > 1 ? table.rows[table.starts[1]].commit : page.commits.size();
  if (shown == newest_commits || shown < page.commits.size()) page.older = page.commits[shown - 1].at;
  return put(table, 1, place);
}

}  // namespace testfarm
