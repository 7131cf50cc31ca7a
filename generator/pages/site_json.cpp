#include "generator/pages/site_json.hpp"

#include <algorithm>
#include <map>

#include "analysis/stat_changes.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/failure_fields.hpp"
#include "generator/pages/project_words.hpp"

namespace testfarm {
namespace {

constexpr int format_version = 1;

std::string first_revision(const Summary& summary) {
  return summary.repositories.empty() ? "" : summary.repositories[0].revision;
}

void write_header(json::Writer& json, const ExecutionHeader& header) {
  json.object()
      .member("client", header.key.owner.client.text())
      .member("execution", header.key.execution.text());
  json.member("branch", header.branch).member("revision", header.revision);
  json.member("started_at", iso_time(header.started_at))
      .member("result", state_word(header.progress))
      .end_object();
}

// Ends a document with its list of executions.
std::string with_executions(json::Writer& json, const std::vector<ExecutionHeader>& executions) {
  json.key("executions").array();
  for (const ExecutionHeader& header : executions) write_header(json, header);
  json.end_array().end_object();
  return json.text() + '\n';
}

void write_branch(json::Writer& json, const BranchState& branch) {
  json.object().member("branch", branch.branch);
  if (branch.last) {
    const Summary& last = branch.last->summary;
    json.member("result", state_word(last.progress)).member("execution", branch.last->key.execution.text());
    json.member("started_at", iso_time(last.started_at)).member("duration_ms", last.duration);
    json.member("revision", first_revision(last)).member("in_a_row", branch.in_a_row);
    if (branch.in_a_row_cut) json.member("in_a_row_at_least", true);
    if (branch.commit_at > 0) json.member("commit_place_ms", branch.commit_at);
    if (const TaskSummary* task = last.stopped_in(); task != nullptr && last.progress != Progress::passed)
      json.member("stopped_in", task->name).member("stopped_in_kind", name_of(task->kind));
    if (!last.failed_tests.empty()) {
      json.key("failed_tests").array();
      for (const std::string& test : last.failed_tests) json.value(test);
      json.end_array();
    }
  }
  if (branch.failing_since) {
    json.key("failing_since").object().member("execution", branch.failing_since->key.execution.text());
    json.member("started_at", iso_time(branch.failing_since->summary.started_at));
    json.member("revision", first_revision(branch.failing_since->summary)).end_object();
  }
  if (branch.last_passed) json.member("last_passed", branch.last_passed->revision);
  if (branch.gone) json.member("gone", true);
  json.end_object();
}

void write_occurrence(json::Writer& json, const Occurrence& occurrence) {
  json.object().member("client", occurrence.client.text()).member("execution", occurrence.execution.text());
  json.member("started_at", iso_time(occurrence.started_at))
      .member("revision", occurrence.revision)
      .end_object();
}

std::string_view story_state(const Story& story) {
  if (story.flakiness.flaky()) return "flaky";
  if (story.open > 0) return "open";
  return story.recovered() > 0 ? "fixed" : "retired";
}

void write_story(json::Writer& json, const Story& story) {
  json.member("fingerprint", story.fingerprint).member("branch", story.branch);
  json.member("state", story_state(story));
  json.member("says", story.example.says);
  if (!story.example.test.empty()) json.member("test", story.example.test);
  json.key("first_seen");
  write_occurrence(json, story.first);
  json.key("last_seen");
  write_occurrence(json, story.last);
  json.member("seen_in_last", story.flakiness.seen).member("of_last", story.flakiness.of);
  json.member("suspects_known", story.suspects.known).member("suspects_complete", story.suspects.complete);
  json.key("suspects").array();
  for (const Commit& commit : story.suspects.commits)
    json.object().member("repository", commit.repository).member("revision", commit.revision).end_object();
  json.end_array().key("contrast").array();
  for (const Feature& feature : story.features)
    json.object().member("fact", feature.fact).member("text", feature.text).end_object();
  json.end_array().member("failing", story.failing).member("passing", story.passing);
  json.key("clients").array();
  for (const ClientHistory& part : story.histories) {
    json.object().member("client", part.client.client.text()).member("open", part.open());
    json.key("first");
    write_occurrence(json, part.first);
    json.key("last");
    write_occurrence(json, part.last);
    if (part.good) json.member("last_without", part.good->key.execution.text());
    if (part.fixed_by) json.member("fixed_by", part.fixed_by->key.execution.text());
    json.end_object();
  }
  json.end_array();
}

std::string_view standing_word(Standing standing) {
  switch (standing) {
    case Standing::fresh: return "new";
    case Standing::old: return "old";
    case Standing::never_passed: return "never passed";
    case Standing::noted: return "noted";
    case Standing::flaky: return "flaky";
  }
  return {};
}

void write_client(json::Writer& json, const ClientOverview& client) {
  json.object().member("client", client.key.client.text()).member("title", client.config.title);
  json.key("facts").object();
  for (const auto& [name, value] : client.facts()) json.member(name, value);
  json.end_object();
  if (client.state.heard_at > 0)
    json.member("activity", name_of(client.state.activity))
        .member("heard_at", iso_time(client.state.heard_at))
        .member("next_by", iso_time(client.state.deadline));
  if (client.running) {
    const Summary& running = client.running->summary;
    json.key("running").object().member("execution", client.running->key.execution.text());
    json.member("branch", running.branch).member("started_at", iso_time(running.started_at));
    json.member("tasks_begun", running.tasks.size()).member("tasks", running.plan.size());
    json.member("task", running.tasks.empty() ? std::string() : running.tasks.back().name);
    if (client.expected > 0) json.member("expected_ms", client.expected);
    json.end_object();
  }
  json.key("branches").array();
  for (const BranchState& branch : client.branches) write_branch(json, branch);
  json.end_array().end_object();
}

// By name only: their pages tell the rest.
void write_left_out(json::Writer& json, const ProjectState& project) {
  json.key("retired_clients").array();
  for (const ClientOverview& client : project.retired) json.value(client.key.client.text());
  json.end_array().key("branches_left_out").array();
  for (const std::string& branch : project.left_out) json.value(branch);
  json.end_array();
}

}  // namespace

std::string farm_json(const FarmConfig& farm, const std::vector<const ProjectState*>& projects,
                      const std::string& page) {
  json::Writer json;
  json.object().member("version", format_version).member("title", farm.title).member("page", page);
  json.key("projects").array();
  for (const ProjectState* project : projects) {
    json.object().member("project", project->id.text()).member("title", project->config.title);
    json.member("state", status_icon(*project)).member("words", words_of(*project));
    json.member("clients", project->clients.size()).member("failing", project->failing());
    json.member("in_trouble", project->troubled()).member("failing_elsewhere", project->failing_elsewhere());
    if (project->last_activity > 0) json.member("last_activity", iso_time(project->last_activity));
    json.end_object();
  }
  json.end_array().end_object();
  return json.text() + '\n';
}

std::string summary_json(const FarmConfig& farm, const ProjectState& project, const std::string& page) {
  json::Writer json;
  json.object().member("version", format_version).member("project", project.id.text());
  json.member("title", project.config.title).member("page", page);
  json.member("state", status_icon(project)).member("words", words_of(project));
  json.member("default_branch", project.default_branch());
  json.member("grace_ms", farm.grace).key("clients").array();
  for (const ClientOverview& client : project.clients) write_client(json, client);
  write_left_out(json.end_array(), project);
  json.key("failures").array();
  for (const BranchProblems& branch : project.problems)
    for (const Problem& problem : branch.problems) {
      json.object().member("standing", standing_word(problem.standing)).member("back", problem.back);
      json.key("since");
      write_occurrence(json, problem.since);
      if (!problem.note.empty()) json.member("note", problem.note);
      write_story(json, problem.story);
      json.end_object();
    }
  json.end_array().end_object();
  return json.text() + '\n';
}

std::string history_json(const ProjectId& project, const std::vector<ExecutionHeader>& executions, bool more,
                         const std::string& page) {
  json::Writer json;
  json.object().member("version", format_version).member("project", project.text()).member("more", more);
  if (!page.empty()) json.member("page", page);
  return with_executions(json, executions);
}

std::string commit_json(const ProjectId& project, const std::string& revision,
                        const std::vector<ExecutionHeader>& executions) {
  json::Writer json;
  json.object()
      .member("version", format_version)
      .member("project", project.text())
      .member("revision", revision);
  return with_executions(json, executions);
}

namespace {

// What is normal of each stat now, on the branch on which the client's stats are judged, by the runs that
// passed.
void write_normal_ranges(json::Writer& json, const ClientOverview& client, const std::vector<StatRule>& rules,
                         const std::vector<ExecutionRow>& recent) {
  std::map<std::string, std::vector<double>> passed;  // newest first
  std::size_t looked_at = 0;
  for (const ExecutionRow& row : recent) {
    const Summary& summary = row.summary;
    if (summary.branch != client.stats_branch || ++looked_at > judged_for_stat_changes) continue;
    if (summary.progress != Progress::passed) continue;
    for (const auto& [name, value] : summary.stats) passed[name].push_back(value);
  }
  json.key("normal").object();
  for (auto& [name, values] : passed) {
    std::reverse(values.begin(), values.end());
    const auto range = normal_range(values, rule_for(rules, name));
    if (!range) continue;
    json.key(name).object().member("low", range->middle - range->distance);
    json.member("high", range->middle + range->distance).end_object();
  }
  json.end_object();
}

void write_moves(json::Writer& json, const std::vector<StatChange>& moves) {
  json.key("moves").array();
  for (const StatChange& move : moves) {
    json.object().member("stat", move.stat).member("branch", move.branch);
    json.member("started_at", iso_time(move.execution.started_at))
        .member("execution", move.execution.key.execution.text());
    json.member("good", move.good.revision).member("bad", move.execution.revision);
    json.member("before", move.before).member("now", move.now);
    json.member("verdict", move.worse() ? "worse" : move.improved() ? "better" : "moved").end_object();
  }
  json.end_array();
}

}  // namespace

std::string stats_json(const ClientOverview& client, const std::vector<StatRule>& rules,
                       const std::vector<ExecutionRow>& recent) {
  json::Writer json;
  json.object().member("version", format_version).member("project", client.key.project.text());
  json.member("client", client.key.client.text()).member("branch", client.stats_branch);
  write_normal_ranges(json, client, rules, recent);
  write_moves(json, client.stat_changes);
  json.key("executions").array();
  for (auto row = recent.rbegin(); row != recent.rend(); ++row) {
    const Summary& summary = row->summary;
    if (!summary.ended()) continue;
    json.object()
        .member("execution", row->key.execution.text())
        .member("started_at", iso_time(summary.started_at));
    json.member("branch", summary.branch).member("revision", first_revision(summary));
    json.member("result", state_word(summary.progress)).member("duration_ms", summary.duration);
    json.key("stats").object();
    for (const auto& [name, value] : summary.stats) json.member(name, value);
    json.end_object().end_object();
  }
  json.end_array().end_object();
  return json.text() + '\n';
}

std::string failure_json(const Story& story) {
  json::Writer json;
  json.object().member("version", 1).member("project", story.project.text());
  write_story(json, story);
  json.end_object();
  return json.text() + '\n';
}

std::string execution_json(const ExecutionRow& execution, const std::vector<Judgement>& judgements) {
  const Summary& summary = execution.summary;
  json::Writer json;
  json.object().member("version", 1).member("project", execution.key.owner.project.text());
  json.member("client", execution.key.owner.client.text())
      .member("execution", execution.key.execution.text());
  json.member("branch", summary.branch).member("started_at", iso_time(summary.started_at));
  json.member("result", state_word(summary.progress)).key("failures").array();
  for (const Judgement& judgement : judgements) {
    json.object().member("verdict", verdict_word(judgement.verdict));
    if (judgement.since) {
      json.key("since");
      write_occurrence(json, *judgement.since);
    }
    write_story(json, judgement.story);
    json.end_object();
  }
  json.end_array().end_object();
  return json.text() + '\n';
}

}  // namespace testfarm
