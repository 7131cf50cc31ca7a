#include "generator/pages/execution.hpp"

#include <algorithm>
#include <set>

#include "analysis/story.hpp"
#include "base/text.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/comparison.hpp"
#include "generator/pages/execution_facts.hpp"
#include "generator/pages/execution_tasks.hpp"
#include "generator/pages/execution_verdict.hpp"
#include "generator/pages/failure_fields.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/live.hpp"
#include "generator/pages/raw_text.hpp"
#include "generator/pages/reproduce.hpp"
#include "generator/pages/site_json.hpp"
#include "generator/site/paths.hpp"
#include "store/index/branch_results.hpp"
#include "store/index/history.hpp"
#include "store/log/execution_document.hpp"
#include "store/log/expired_list.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_script_shown = 8 * 1024;
constexpr std::size_t most_judged = 6;  // failures of one execution that are judged

struct ExecutionPage {
  ExecutionRow row;
  const ExecutionDocument* document = nullptr;  // nothing where the log has expired
  std::string expired_on;                       // "2026-11-25"
  std::optional<ExecutionHeader> previous, following,
      passed;  // of the client; of its branch what passed last
  ClientConfig client;
  std::vector<Judgement> judgements;  // of its failures, the new ones first
  std::string script;                 // that does it again; or empty
  std::optional<Comparison> comparison;
  Millis expected = 0;  // of a running one: how long it took when it last passed; 0 for unknown
};

Nodes planned_rest(const ExecutionDocument& document) {
  Nodes rest;
  for (std::size_t i = document.tasks.size(); i < document.start.plan.size(); ++i)
    rest.push_back(Fields{{"number", std::to_string(i + 1)}, {"name", document.start.plan[i].name}});
  return rest;
}

// Of what an execution ended with that which the verdict has not: where it failed that says why, and what was
// mended before it began follows (the client's words: client/sources/kept_clone).
std::string beyond_verdict(const Summary& summary) {
  if (summary.progress == Progress::passed) return summary.ended_because;
  if (summary.stopped_in() == nullptr) return {};
  for (const RepositorySummary& repository : summary.repositories)
    if (const auto at = summary.ended_because.find(concat("; ", repository.name, ": its clone "));
        at != std::string::npos)
      return summary.ended_because.substr(at + 2);
  return {};
}

Nodes warnings(const Summary& summary, const ExecutionPage& page) {
  Nodes notes;
  const auto note = [&](std::string text) { notes.push_back(Fields{{"text", std::move(text)}}); };
  if (page.document == nullptr)
    note(page.expired_on.empty()
             ? std::string("The log is not there any more; only this summary was kept.")
             : concat("The log expired on ", page.expired_on, "; this summary was kept."));
  if (summary.late > 0)
    note(concat("Reported late: the farm heard of it ",
                summary.late < 2 * day_ms ? duration_text(summary.late)
                                          : counted(static_cast<std::uint64_t>(summary.late / day_ms), "day"),
                " after it began. Until then nobody here knew of it."));
  if (summary.lost_events > 0)
    note(concat(counted(summary.lost_events, "event"), " of this execution were lost at the client."));
  if (summary.bad_places > 0)
    note(concat("The log is damaged: ", bytes_text(summary.bad_bytes), " in ",
                counted(summary.bad_places, "place"), " cannot be read."));
  if (summary.unknown_lines > 0)
    note(concat(counted(summary.unknown_lines, "event"), " came from a newer client and cannot be shown."));
  if (std::string more = beyond_verdict(summary); !more.empty()) note(std::move(more));
  return notes;
}

Nodes contents(const ExecutionDocument& document) {
  Nodes entries;
  for (std::size_t i = 0; i < document.tasks.size(); ++i) {
    const auto& task = document.tasks[i];
    const Progress progress = progress_of(task, document.end.has_value());
    entries.push_back(Fields{{"anchor", task_anchor(i + 1)},
                             {"number", std::to_string(i + 1)},
                             {"name", task.start.name},
                             {"state", state_letter(progress)},
                             {"word", state_word(progress)},
                             {"note", task.end ? duration_text(task.end->duration) : ""}});
  }
  return entries;
}

// What is left of the tasks when the log has expired.
Nodes remembered(const Summary& summary) {
  Nodes entries;
  for (std::size_t i = 0; i < summary.tasks.size(); ++i) {
    const TaskSummary& task = summary.tasks[i];
    entries.push_back(Fields{{"number", std::to_string(i + 1)},
                             {"name", task.name},
                             {"gone", true},
                             {"state", state_letter(task.progress)},
                             {"word", state_word(task.progress)},
                             {"note", duration_text(task.duration)}});
  }
  return entries;
}

// What is not told above has its page all the same.
Nodes other_failures(const Summary& summary, const std::vector<Judgement>& judgements,
                     const std::string& up) {
  Nodes others;
  std::set<std::string> told;
  for (const Judgement& judgement : judgements) told.insert(judgement.story.fingerprint);
  if (told.empty()) return others;
  for (const Failure& failure : summary.failures)
    if (told.insert(failure.fingerprint).second)
      others.push_back(Fields{{"what", headline(failure)},
                              {"link", up + failure_place(summary.branch, failure.fingerprint)}});
  return others;
}

Nodes failed_tests(const Summary& summary) {
  Nodes tests;
  for (const std::string& name : summary.failed_tests) tests.push_back(Fields{{"name", name}});
  return tests;
}

// How far a running one is: in tasks; where it is known how long it takes, in time, which the browser reads.
Node progress_fields(const ExecutionPage& page) {
  const Summary& summary = page.row.summary;
  if (summary.ended() || summary.tasks.empty()) return false;
  Fields fields{{"over", std::to_string(summary.tasks.size() - 1)},
                {"of", std::to_string(std::max(summary.tasks.size(), summary.plan.size()))},
                {"from", std::to_string(summary.started_at)},
                {"began", time_field(summary.started_at)},
                {"timed", page.expected > 0}};
  if (page.expected > 0) {
    fields["expected"] = std::to_string(page.expected);
    fields["usual"] = duration_text(page.expected);
  }
  return fields;
}

Node way_to(const std::optional<ExecutionHeader>& other) {
  if (!other) return false;
  return Fields{{"link", execution_file(other->key.execution)},
                {"word", state_word(other->progress)},
                {"time", time_field(other->started_at)}};
}

// To the client's other executions. The newest stands first on the client's own page.
Node ways(const ExecutionPage& page) {
  if (!page.previous && !page.following) return false;
  const bool same = page.passed && page.previous && page.passed->key == page.previous->key;
  return Fields{{"previous", way_to(page.previous)},
                {"following", way_to(page.following)},
                {"passed", same ? Node(false) : way_to(page.passed)},
                {"newest", page.following.has_value()}};
}

Node script_fields(const ExecutionPage& page) {
  if (page.script.empty()) return false;
  return Fields{{"text", page.script.size() <= most_script_shown ? page.script : std::string()},
                {"link", script_file(page.row.key.execution)}};
}

Nodes judgement_nodes(const ExecutionPage& page, const ProjectConfig& project, const std::string& up) {
  Nodes nodes;
  for (const Judgement& judgement : page.judgements)
    nodes.push_back(judgement_fields(judgement, page.row.summary, project, up));
  return nodes;
}

Fields execution_view(const FarmConfig& farm, const ProjectConfig& project, const ExecutionPage& page) {
  const Summary& summary = page.row.summary;
  const ExecutionKey& key = page.row.key;
  const std::string icon = summary.progress == Progress::failed    ? "fail"
                           : summary.progress == Progress::trouble ? "trouble"
                           : summary.progress == Progress::passed  ? "pass"
                                                                   : "none";
  const std::string place = execution_place(key);
  const std::string up = way_up(place);
  const std::string title = concat(state_words(summary), ": ", page.client.title, ", ", project.title);
  Fields fields = page_fields(
      farm, project_frame(place, title, icon, summary.ended() ? std::string() : live_file(key.execution)));
  fields.add(project_fields(key.owner.project, project, icon));
  fields["on_summary"] = "true";
  fields["noindex"] = project.noindex;
  fields["page"] = page_state(summary);
  fields["client"] = page.client.title;
  fields["when"] = full_moment_text(summary.started_at);
  fields["state"] = state_letter(summary.progress);
  fields["state_words"] = state_words(summary);
  fields["facts"] = fact_nodes(summary, project, up);
  fields["warnings"] = warnings(summary, page);
  fields["live_text"] = summary.ended() ? std::string() : live_text_file(key.execution);
  fields["ways"] = ways(page);
  fields["progress"] = progress_fields(page);
  const std::string raw_link = raw_file(key.execution);
  if (summary.ended() && page.document != nullptr) fields["raw"] = raw_link;
  if (!summary.stats.empty()) fields["statistics"] = Fields{{"rows", stats_rows(summary.stats)}};
  TaskTeller teller(summary.ended(), raw_link);
  if (page.document != nullptr) {
    const ExecutionDocument& document = *page.document;
    fields["changes"] = change_nodes(document.start, project);
    fields["contents"] = contents(document);
    Nodes tasks;
    for (std::size_t i = 0; i < document.tasks.size(); ++i)
      tasks.push_back(teller.task(document.tasks[i], i + 1));
    fields["tasks"] = std::move(tasks);
    fields["rest"] = planned_rest(document);
    fields["rest_note"] = summary.ended() ? "not run" : "not yet";
  } else {
    fields["tests_failed"] = failed_tests(summary);
    fields["contents"] = remembered(summary);
  }
  fields["judged"] = !page.judgements.empty();
  fields["other_failures"] = other_failures(summary, page.judgements, up);
  fields["judgements"] = judgement_nodes(page, project, up);
  fields["reproduce"] = script_fields(page);
  fields["comparison"] = page.comparison ? Node(comparison_fields(*page.comparison, up)) : Node(false);
  fields["infrastructure"] = summary.progress == Progress::trouble;
  const auto& error = teller.first_error();
  fields["source"] = error ? source_link(summary, project, error->text) : Node(false);
  fields["verdict"] = execution_verdict(page.client.title, summary, page.document, error);
  // What was aborted or interrupted did not say an error.
  const bool tells = summary.progress == Progress::failed || summary.progress == Progress::trouble;
  if (tells && error && !error->quoted_html.empty())
    fields["first_error"] = Fields{{"link", error->link},
                                   {"caption", error->text.empty() ? "Last lines" : "First error"},
                                   {"quoted_html", Bulk{error->quoted_html}}};
  return fields;
}

// The first failures, those that are news before those that are not.
Result<std::vector<Judgement>> judge(Index& index, const ExecutionRow& row) {
  std::vector<Judgement> judgements;
  std::set<std::string> seen;
  Storyteller teller(index);
  for (const Failure& failure : row.summary.failures) {
    if (judgements.size() == most_judged) break;
    if (!seen.insert(failure.fingerprint).second) continue;
    TRY_SET(auto judgement, teller.judge(row, failure));
    if (judgement) judgements.push_back(*std::move(judgement));
  }
  const auto is_news = [](const Judgement& j) {
    return j.verdict == Novelty::fresh || j.verdict == Novelty::returned;
  };
  std::stable_partition(judgements.begin(), judgements.end(), is_news);
  return judgements;
}

}  // namespace

Status write_execution(PageContext& context, const ExecutionKey& key) {
  TRY_SET(auto row, context.index().execution(key));  // with its changes: "was it me?" asks for them
  if (!row) return {};
  TRY_SET(const ProjectConfig* project, context.project_config(key.owner.project));
  TRY_SET(const ClientConfig* client, context.client_config(key.owner));
  auto document = read_execution_document(context.layout(), key);
  if (!document && document.error().kind != ErrorKind::not_found) return fail(std::move(document).error());
  const ExecutionHeader header{.key = key,
                               .branch = row->summary.branch,
                               .started_at = row->summary.started_at,
                               .progress = row->summary.progress};
  ExecutionPage page{.row = *std::move(row), .document = document ? &*document : nullptr, .client = *client};
  TRY_SET(page.judgements, judge(context.index(), page.row));
  TRY_SET(page.previous, History(context.index()).previous(header));
  TRY_SET(page.following, History(context.index()).following(header));
  TRY_SET(page.passed,
          BranchResults(context.index()).passed_before(key.owner, header.branch, header.started_at, always));
  if (!page.row.summary.ended() && page.passed) {
    TRY_SET(const auto passed, context.index().execution_in_short(page.passed->key));
    if (passed) page.expected = passed->summary.duration;
  }
  TRY_SET(page.comparison,
          compare_with_passed(context.layout(), context.index(), page.row, page.document, page.passed));
  if (!document) {
    TRY_SET(const auto day, expired_on(context.layout(), key));
    page.expired_on = day.value_or("");
  }
  const std::string raw = in_client(key.owner, raw_file(key.execution));
  // The raw text before the page that links to it; it is whole only when the execution has ended.
  if (document && page.row.summary.ended()) TRY(context.site().put_as_is(raw, raw_text(*document)));
  if (document && page.row.summary.progress == Progress::failed)
    page.script = reproduce_script(key, *document);
  const std::string script = in_client(key.owner, script_file(key.execution));
  if (!page.script.empty()) TRY(context.site().put_as_is(script, page.script));
  TRY(context.site().put(in_client(key.owner, execution_file(key.execution)),
                         render("execution", execution_view(context.farm(), *project, page))));
  if (!page.judgements.empty())
    TRY(context.site().put(in_client(key.owner, judgement_file(key.execution)),
                           execution_json(page.row, page.judgements)));
  if (!document) TRY(context.site().remove(script));
  return document ? Status{} : context.site().remove(raw);
}

}  // namespace testfarm
