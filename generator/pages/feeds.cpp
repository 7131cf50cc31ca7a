#include "generator/pages/feeds.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "generator/html/escape.hpp"
#include "generator/html/plot.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/project_words.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_entries = 30;
constexpr std::size_t most_turns = 5;  // of one client on one branch, the newest

struct Turn {
  const ProjectState* project;
  const ClientOverview* client;
  ExecutionHeader now;
  const StatChange* move = nullptr;  // instead of a turn: a stat that moved
};

bool tells_of_code(const ExecutionHeader& header) {
  return header.progress == Progress::passed || header.progress == Progress::failed;
}

// When the farm heard of it, which for a client that was off line is long after it ran: readers of a feed
// look for what is newer than what they have.
Millis heard(const Turn& turn) { return turn.now.ended_at > 0 ? turn.now.ended_at : turn.now.started_at; }

// Trouble and interruptions say nothing about the code, so they neither break nor mend it. One client that
// flaps does not push the news of all others out.
void add_turns(const ProjectState& project, const ClientOverview& client, const Feed& feed,
               std::vector<Turn>& turns) {
  const std::string& only = feed.branch;
  // A branch that is not counted any more is news no more, but on the client's own feed as on its own page.
  const bool own = feed.client != nullptr;
  const auto wanted = [&](const std::string& branch) { return only.empty() || only == branch; };
  for (const StatChange& move : client.stat_changes)
    if (wanted(move.execution.branch))
      turns.push_back({.project = &project, .client = &client, .now = move.execution, .move = &move});
  for (const BranchState* one : client.every_branch())
    if (const BranchState& branch = *one;
        wanted(branch.branch) && (own || client.on(branch.branch) != nullptr)) {
      const ExecutionHeader* newer = nullptr;
      std::size_t told = 0;
      for (const ExecutionHeader& header : branch.recent) {
        if (!tells_of_code(header)) continue;
        if (newer != nullptr && newer->progress != header.progress && ++told <= most_turns)
          turns.push_back({.project = &project, .client = &client, .now = *newer, .move = nullptr});
        newer = &header;
      }
    }
}

std::string address_of(const FarmConfig& farm, const ExecutionKey& key) {
  return concat(farm.base_url, '/', in_project(key.owner.project, execution_place(key)));
}

// Ids stay when the farm moves, and when somebody is renamed: they are of directories.
std::string tag_of(const FarmConfig& farm, std::string_view what) { return concat(farm.tags, what); }

std::string entry(const FarmConfig& farm, const Turn& turn) {
  const ExecutionHeader& now = turn.now;
  const bool failed = now.progress == Progress::failed;
  const std::string what = turn.move != nullptr ? concat(": ", words_of(*turn.move), " on ")
                           : failed             ? std::string(" fails on ")
                                                : std::string(" passes again on ");
  const std::string title =
      concat(turn.project->config.title, ": ", turn.client->config.title, what, now.branch);
  const std::string at = iso_time(heard(turn));
  const ExecutionKey& key = now.key;
  return concat(
      "<entry>\n<id>",
      tag_of(farm,
             concat(name_of(farm.names.directory(key.owner)), '/', key.execution.text(),
                    turn.move != nullptr ? concat("/moved/", to_hex(sha256(turn.move->stat)).substr(0, 10))
                                         : std::string())),
      "</id>\n<title>", escaped(title), "</title>\n<updated>", at, "</updated>\n<link href=\"",
      escaped(address_of(farm, key)), "\"/>\n<category term=\"", failed ? "failed" : "passed",
      "\"/>\n<summary>",
      escaped(concat("Revision ", short_revision(now.revision), ", ", full_moment_text(now.started_at), '.')),
      "</summary>\n</entry>\n");
}

std::string build_status(const BranchState& branch) {
  if (!branch.last) return "Unknown";
  switch (branch.last->summary.progress) {
    case Progress::passed: return "Success";
    case Progress::failed: return "Failure";
    default: return "Exception";
  }
}

std::string cctray_entry(const FarmConfig& farm, const ProjectState& project, const ClientOverview& client,
                         const BranchState& branch) {
  const bool runs = client.running && client.running->summary.branch == branch.branch;
  std::string line = concat(
      "<Project name=\"",
      escaped(concat(project.id.text(), ' ', client.key.client.text(), ' ', branch.branch)), "\" activity=\"",
      runs ? "Building" : "Sleeping", "\" lastBuildStatus=\"", build_status(branch), "\"");
  if (branch.last) {
    const Summary& last = branch.last->summary;
    const std::string revision =
        last.repositories.empty() ? "" : short_revision(last.repositories[0].revision);
    line += concat(" lastBuildLabel=\"", escaped(revision), "\" lastBuildTime=\"",
                   iso_time(last.started_at + last.duration), '"');
  }
  if (client.state.deadline > 0) line += concat(" nextBuildTime=\"", iso_time(client.state.deadline), '"');
  const std::string page = branch.last ? address_of(farm, branch.last->key)
                                       : concat(farm.base_url, '/', in_project(project.id, index_file));
  return concat(line, " webUrl=\"", escaped(page), "\"/>\n");
}

}  // namespace

Feed farm_feed(const FarmConfig& farm) {
  return {.id = "feed", .title = farm.title, .place = std::string(feed_file), .about = {}};
}

Feed project_feed(const FarmConfig& farm, const ProjectState& project) {
  return {.id = farm.names.directory(project.id).text() + "/feed",
          .title = project.config.title,
          .place = in_project(project.id, feed_file),
          .about = project.id.text() + '/'};
}

Feed branch_feed(const FarmConfig& farm, const ProjectState& project, const std::string& branch) {
  return {.id = concat(farm.names.directory(project.id).text(), "/feed?branch=", branch_slug(branch)),
          .title = concat(project.config.title, ", ", branch),
          .place = in_project(project.id, branch_feed_place(branch)),
          .about = in_project(project.id, branch_commits_place(branch)),
          .branch = branch};
}

Feed client_feed(const FarmConfig& farm, const ProjectState& project, const ClientOverview& client) {
  return {.id = name_of(farm.names.directory(client.key)) + "/feed",
          .title = concat(project.config.title, ", ", client.config.title),
          .place = in_client(client.key, feed_file),
          .about = in_client(client.key, ""),
          .client = &client};
}

std::string feed_atom(const FarmConfig& farm, const std::vector<const ProjectState*>& projects,
                      const Feed& feed) {
  std::vector<Turn> turns;
  if (feed.client != nullptr) add_turns(*projects[0], *feed.client, feed, turns);
  for (const ProjectState* project : projects)
    for (const ClientOverview& client : project->clients)
      if (feed.client == nullptr) add_turns(*project, client, feed, turns);
  std::stable_sort(turns.begin(), turns.end(),
                   [](const Turn& a, const Turn& b) { return heard(a) > heard(b); });
  if (turns.size() > most_entries) turns.erase(turns.begin() + most_entries, turns.end());
  std::string text = concat(
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<id>",
      escaped(tag_of(farm, feed.id)), "</id>\n<title>", escaped(feed.title),
      ": what broke and what was mended</title>\n<updated>",
      iso_time(turns.empty() ? farm.made_at : heard(turns[0])), "</updated>\n<author><name>",
      escaped(farm.title), "</name></author>\n<link rel=\"self\" href=\"",
      escaped(concat(farm.base_url, '/', feed.place)), "\" type=\"application/atom+xml\"/>\n<link href=\"",
      escaped(concat(farm.base_url, '/', feed.about)), "\"/>\n");
  for (const Turn& turn : turns) text += entry(farm, turn);
  return text + "</feed>\n";
}

std::string cctray_xml(const FarmConfig& farm, const std::vector<const ProjectState*>& projects) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Projects>\n";
  for (const ProjectState* project : projects)
    for (const ClientOverview& client : project->clients)
      for (const BranchState& branch : client.branches) xml += cctray_entry(farm, *project, client, branch);
  return xml + "</Projects>\n";
}

}  // namespace testfarm
