#include "generator/pages/commits.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "analysis/project_state.hpp"
#include "base/text.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
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
constexpr std::size_t of_a_commit = 50;  // executions
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

// What a client knows of one commit.
struct Cell {
  const ExecutionHeader* execution = nullptr;
  char track = ' ';                  // p, f, q (suspect), or nothing
  bool first = false, last = false;  // of a block
};

// A client's cells, newest commit first. Between two tests nothing was tested: passed if both passed, failed
// if both failed, suspect from a pass up to a failure; from a failure up to a pass somebody mended it, nobody
// knows where.
std::vector<Cell> track_of(const ClientId& client, const CommitsPage& page) {
  const std::size_t count = page.commits.size();
  std::vector<Cell> cells(count);
  for (std::size_t i = 0; i < count; ++i)
    for (const ExecutionHeader& execution : page.executions[i]) {
      if (execution.key.owner.client != client) continue;
      const ExecutionHeader* known = cells[i].execution;
      // The newest that tells of the code, else the newest.
      if (known == nullptr || (!known->has_verdict() && execution.has_verdict()))
        cells[i].execution = &execution;
    }
  std::size_t below = count;  // the last judged one, further down
  for (std::size_t i = count; i-- > 0;) {
    const ExecutionHeader* execution = cells[i].execution;
    if (execution == nullptr || !execution->has_verdict()) continue;
    cells[i].track = execution->progress == Progress::failed ? 'f' : 'p';
    if (below < count) {
      const char from = cells[below].track;
      const char between = from == cells[i].track ? from : from == 'p' ? 'q' : ' ';
      for (std::size_t j = i + 1; j < below; ++j) cells[j].track = between;
    }
    below = i;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (cells[i].track != 'f') continue;
    cells[i].last = i == 0 || cells[i - 1].track != 'f';
    cells[i].first = i + 1 == count || cells[i + 1].track != 'f';
  }
  return cells;
}

std::string classes_of(const Cell& cell) {
  std::string classes;
  if (cell.track != ' ') classes += cell.track;
  if (cell.track == ' ' && cell.execution != nullptr && cell.execution->progress == Progress::trouble)
    classes += 't';
  if (cell.first) classes += " first";
  if (cell.last) classes += " last";
  return classes;
}

Fields cell_fields(const Cell& cell, const std::string& up) {
  Fields fields{{"classes", classes_of(cell)}};
  if (cell.execution != nullptr) {
    const ExecutionKey& key = cell.execution->key;
    fields["mark"] = Fields{{"link", up + execution_place(key)},
                            {"state", state_letter(cell.execution->progress)},
                            {"word", state_word(cell.execution->progress)}};
  } else if (cell.track == 'q') {
    fields["untested"] = true;
  }
  return fields;
}

// The track that goes on between two rows.
std::string between(const Cell& newer, const Cell& older) {
  if (newer.track == older.track && newer.track != ' ') return std::string(1, newer.track);
  if ((newer.track == 'f' || newer.track == 'q') && (older.track == 'p' || older.track == 'q')) return "q";
  return {};
}

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
  for (const ClientOverview& client : project.clients)
    if (tested.contains(client.key.client)) clients.push_back(&client);
  std::sort(clients.begin(), clients.end(),
            [](const auto* a, const auto* b) { return a->key.client < b->key.client; });
  if (!page.month)
    std::stable_partition(clients.begin(), clients.end(),
                          [&](const auto* client) { return client->fails_on(page.branch); });
  if (clients.size() > most_clients) clients.resize(most_clients);
  return clients;
}

// Of the project where all branches are listed, else of the branch alone.
std::string icon_for(const ProjectState& project, const CommitsPage& page) {
  if (page.month) return "pass";
  if (!page.branches.empty() || page.branch.empty()) return status_icon(project);
  return std::any_of(project.clients.begin(), project.clients.end(),
                     [&](const ClientOverview& client) { return client.fails_on(page.branch); })
             ? "fail"
             : "pass";
}

// A row a commit, and before the first of each day a row with the day.
Nodes commit_rows(const CommitsPage& page, const std::vector<std::vector<Cell>>& tracks,
                  const std::string& up) {
  const std::set<std::string> suspects = suspects_of(page.problems);
  Nodes rows;
  for (std::size_t i = 0; i < page.commits.size(); ++i) {
    const Commit& commit = page.commits[i];
    if (i == 0 || day_start(commit.at) != day_start(page.commits[i - 1].at)) {
      Nodes cells;
      for (const auto& track : tracks)
        cells.push_back(Fields{{"classes", i == 0 ? std::string() : between(track[i - 1], track[i])}});
      rows.push_back(Fields{{"day", Fields{{"text", day_text(commit.at)}, {"cells", std::move(cells)}}}});
    }
    Nodes cells;
    for (const auto& track : tracks) cells.push_back(cell_fields(track[i], up));
    rows.push_back(Fields{{"commit", Fields{{"anchor", commit_anchor(commit.revision)},
                                            {"revision", short_revision(commit.revision)},
                                            {"title", commit.message},
                                            {"author", commit.author},
                                            {"suspect", suspects.contains(commit.revision)},
                                            {"time", time_field(commit.at)},
                                            {"cells", std::move(cells)}}}});
  }
  return rows;
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

Fields commits_view(const FarmConfig& farm, const ProjectState& project, const CommitsPage& page,
                    const std::string& place) {
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

  const auto clients = clients_of(project, page);
  Nodes heads;
  std::vector<std::vector<Cell>> tracks;
  for (const ClientOverview* client : clients) {
    heads.push_back(Fields{{"name", client->config.title}, {"link", up + client_place(client->key.client)}});
    tracks.push_back(track_of(client->key.client, page));
  }
  fields["any"] = !page.commits.empty();
  fields["size"] = clients.size() <= unscrolled_tracks ? "few" : "tall";
  fields["columns"] = clients.size() >= turned_heads ? "many" : "";
  fields["clients"] = std::move(heads);
  fields["rows"] = commit_rows(page, tracks, up);

  const auto month_link = [&](Millis month) {
    return Fields{{"link", up + month_commits_place(page.branch, month)}, {"text", month_text(month)}};
  };
  if (page.older) fields["older"] = month_link(*page.older);
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
  if (all) page.branches = state->all_branches;
  const auto put = [&](const std::string& place) {
    return context.site().put(in_project(project, place),
                              render("commits", commits_view(context.farm(), *state, page, place)));
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
    return put(month_commits_place(page.branch, *start));
  }
  if (repository) {
    TRY_SET(page.commits, Commits(context.index())
                              .commits(project, page.branch, *repository, INT64_MIN, always, newest_commits));
  }

  // The month of the last one shown has the rest of it.
  if (page.commits.size() == newest_commits) page.older = page.commits.back().at;
  TRY(add_executions(context.index(), project, page));
  page.problems = state->problems_on(page.branch);
  return put(all ? std::string(commits_place) : branch_commits_place(page.branch));
}

}  // namespace testfarm
