#include "generator/pages/commit.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/failure_fields.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/site_json.hpp"
#include "generator/site/forge.hpp"
#include "generator/site/paths.hpp"
#include "store/index/commits.hpp"
#include "store/index/failures.hpp"
#include "store/index/history.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_executions = 500;
constexpr std::size_t most_rows = 200;
constexpr std::size_t most_began = 20;
constexpr std::size_t most_asked_began = 20;  // executions that failed

struct CommitPage {
  std::string revision;
  std::string branch;                                  // on which most of these were
  std::vector<ExecutionHeader> executions;             // newest first
  std::optional<Change> change;                        // as one of them told it
  std::string repository, url;                         // where the newest one's client fetches it
  Millis place = 0;                                    // among the commits of the branch; 0 for unknown
  std::vector<std::pair<std::string, Failure>> began;  // branch and failure
};

// "1 client failed" and ", 3 passed": the newest result of each that says something of the code.
std::pair<std::string, std::string> tested_words(const CommitPage& page) {
  std::map<ClientId, Progress> last;
  for (const ExecutionHeader& execution : page.executions)
    if (execution.has_verdict() && execution.branch == page.branch)
      last.emplace(execution.key.owner.client, execution.progress);
  const auto failed = static_cast<std::size_t>(std::count_if(
      last.begin(), last.end(), [](const auto& one) { return one.second == Progress::failed; }));
  const std::size_t passed = last.size() - failed;
  if (last.empty()) return {"", "no client has a result yet"};
  if (failed == 0) return {"", concat(counted(passed, "client"), " passed")};
  return {concat(counted(failed, "client"), " failed"), passed > 0 ? concat(", ", passed, " passed") : ""};
}

// A commit may be on several: the one on which most executions of it were speaks for it.
std::string busiest_branch(const std::vector<ExecutionHeader>& executions) {
  std::map<std::string, std::size_t> counts;
  for (const ExecutionHeader& execution : executions) ++counts[execution.branch];
  return std::max_element(counts.begin(), counts.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

// Others than that one.
std::string other_branches(const CommitPage& page) {
  std::set<std::string> others;
  for (const ExecutionHeader& execution : page.executions)
    if (execution.branch != page.branch) others.insert(execution.branch);
  std::string words;
  for (const std::string& branch : others) words += (words.empty() ? "" : ", ") + branch;
  return words;
}

bool any_failed(const CommitPage& page) {
  return std::any_of(page.executions.begin(), page.executions.end(),
                     [](const ExecutionHeader& execution) { return execution.progress == Progress::failed; });
}

// What the oldest of the executions that told it says of it. Not what is known today: then the page would
// have to change with executions of other commits.
Result<std::optional<Change>> told_by(Index& index, const std::vector<ExecutionHeader>& executions) {
  constexpr std::size_t most_asked = 5;
  std::size_t asked = 0;
  for (auto execution = executions.rbegin(); execution != executions.rend() && asked < most_asked;
       ++execution) {
    TRY_SET(const auto row, index.execution(execution->key));
    ++asked;
    if (!row || row->summary.repositories.empty()) continue;
    for (const Change& change : row->summary.repositories[0].listed_changes)
      if (change.revision == execution->revision) return std::optional(change);
  }
  return std::optional<Change>{};
}

Nodes execution_rows(const CommitPage& page, const std::string& up) {
  Nodes rows;
  for (const ExecutionHeader& execution : page.executions) {
    if (rows.size() == most_rows) break;
    const ExecutionKey& key = execution.key;
    rows.push_back(Fields{{"client", key.owner.client.text()},
                          {"client_link", up + client_place(key.owner.client)},
                          {"link", up + execution_place(key)},
                          {"state", state_letter(execution.progress)},
                          {"word", state_word(execution.progress)},
                          {"branch", execution.branch},
                          {"time", time_field(execution.started_at)}});
  }
  return rows;
}

// What nobody had met before an execution of this commit, by what was known when the last of these ended:
// then the page changes with them alone.
Status add_began(Index& index, const ProjectId& project, CommitPage& page) {
  Millis known = 0;
  for (const ExecutionHeader& execution : page.executions) known = std::max(known, execution.ended_at);
  std::size_t asked = 0;
  std::set<std::string> seen;
  for (auto execution = page.executions.rbegin(); execution != page.executions.rend(); ++execution) {
    if (execution->progress != Progress::failed) continue;
    if (asked++ >= most_asked_began) break;
    TRY_SET(const auto row, index.execution_in_short(execution->key));
    if (!row) continue;
    for (const Failure& failure : row->summary.failures) {
      if (page.began.size() == most_began) return {};
      if (!seen.insert(concat(execution->branch, '\n', failure.fingerprint)).second) continue;
      TRY_SET(const auto first,
              Failures(index).first_occurrence(project, execution->branch, failure.fingerprint, known));
      if (first && first->revision == page.revision) page.began.emplace_back(execution->branch, failure);
    }
  }
  return {};
}

Nodes began_rows(const CommitPage& page, const std::string& up) {
  Nodes rows;
  for (const auto& [branch, failure] : page.began)
    rows.push_back(Fields{{"what", headline(failure)},
                          {"on", branch},
                          {"link", up + failure_place(branch, failure.fingerprint)}});
  return rows;
}

Fields commit_view(const FarmConfig& farm, const ProjectConfig& project, const ProjectId& id,
                   const CommitPage& page) {
  const std::string place = revision_place(page.revision);
  const std::string up = way_up(place);
  const std::string icon = any_failed(page) ? "fail" : "pass";
  const std::string revision = short_revision(page.revision);
  Fields fields =
      page_fields(farm, project_frame(place, concat("Commit ", revision, ": ", project.title), icon));
  fields.add(project_fields(id, project, icon));
  fields["on_commits"] = "true";
  fields["revision"] = revision;
  fields["hash"] = page.revision;
  auto [failed, rest] = tested_words(page);
  fields["failed"] = std::move(failed);
  fields["words"] = std::move(rest);
  const std::string& branch = page.branch;
  fields["branch"] = branch;
  fields["other_branches"] = other_branches(page);
  fields["listed"] = up + branch_commits_place(branch);
  fields["any_began"] = !page.began.empty();
  fields["began"] = began_rows(page, up);
  fields["made_at"] = false;
  const Forge forge = Forge::of(project, page.repository, page.url);
  if (std::string link = forge.commit(page.revision); !link.empty())
    fields["forge"] = Fields{{"link", std::move(link)}, {"host", forge.host()}};
  if (!page.change) {
    fields["rows"] = execution_rows(page, up);
    return fields;
  }
  const Change& change = *page.change;
  fields["message"] = change.message.substr(0, change.message.find('\n'));
  fields["author"] = change.author;
  fields["time"] = time_field(change.time * second_ms);
  if (page.place > 0) fields["made_at"] = std::to_string(page.place);
  fields["listed"] =
      up + commit_place(branch, Commit{.revision = page.revision, .listed_at = change.time * second_ms});
  fields["rows"] = execution_rows(page, up);
  return fields;
}

}  // namespace

Status write_commit(PageContext& context, const ProjectId& project, const std::string& revision) {
  CommitPage page{.revision = revision};
  TRY_SET(page.executions, History(context.index()).of_revision(project, revision, most_executions));
  if (page.executions.empty()) return {};
  page.branch = busiest_branch(page.executions);
  TRY_SET(const ProjectConfig* config, context.project_config(project));
  TRY_SET(const auto newest, context.index().execution_in_short(page.executions.front().key));
  if (newest && !newest->summary.repositories.empty()) {
    page.repository = newest->summary.repositories.front().name;
    page.url = newest->summary.repositories.front().url;
  }
  TRY_SET(page.change, told_by(context.index(), page.executions));
  TRY(add_began(context.index(), project, page));
  TRY_SET(const auto listed,
          Commits(context.index()).commit(project, page.branch, page.repository, revision));
  if (listed && !listed->author.empty()) page.place = listed->at;
  TRY(context.site().put(in_project(project, revision_place(revision)),
                         render("commit", commit_view(context.farm(), *config, project, page))));
  return context.site().put(in_project(project, revision_json_place(revision)),
                            commit_json(project, revision, page.executions));
}

}  // namespace testfarm
