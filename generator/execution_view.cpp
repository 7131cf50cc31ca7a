#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "generator/output_html.hpp"
#include "generator/views.hpp"
#include "generator/wording.hpp"

namespace testfarm {
namespace {

constexpr std::size_t shown_when_passed = 60;
constexpr std::size_t shown_when_failed = 300;
constexpr std::size_t lines_quoted = 3;

struct FirstError {
  std::string text;
  std::string link;  // #t3c2l17
  std::string quoted_html;
};

std::string task_anchor(std::size_t task) { return cat('t', task); }
std::string command_anchor(std::size_t task, std::size_t command) { return cat('t', task, 'c', command); }

Progress progress_of(const DocumentTask& task, bool execution_ended) {
  if (task.end) return static_cast<Progress>(task.end->outcome);
  return execution_ended ? Progress::interrupted : Progress::running;
}

Nodes stats_rows(const Stats& stats) {
  Nodes rows;
  for (const auto& [name, value] : stats)
    rows.push_back(Fields{{"name", name}, {"value", number_text(value)}});
  return rows;
}

Nodes test_rows(const std::vector<TestResult>& tests) {
  Nodes rows;
  for (const TestResult& test : tests)
    if (test.outcome == TestOutcome::failed || test.outcome == TestOutcome::error)
      rows.push_back(Fields{{"name", test.name},
                            {"message", plain_output(test.message)},
                            {"seconds", number_text(test.seconds)}});
  return rows;
}

std::string test_counts(const std::vector<TestResult>& tests) {
  const auto count = [&](TestOutcome outcome) {
    return std::count_if(tests.begin(), tests.end(),
                         [&](const TestResult& t) { return t.outcome == outcome; });
  };
  const auto failed = count(TestOutcome::failed) + count(TestOutcome::error);
  return cat(count(TestOutcome::passed), " tests passed, ", failed, " failed, ", count(TestOutcome::skipped),
             " skipped");
}

// The output of a command: a head where bytes were left out, and the window that matters.
void add_output(Fields& fields, const DocumentCommand& command, const std::string& anchor, bool failed,
                const std::string& raw_link) {
  const bool cut = command.omitted > 0;
  const std::string& text = cut ? command.output_tail : command.output;
  if (text.empty() && !cut) return;
  const OutputHtml output =
      output_html(text, anchor + 'l', {failed ? shown_when_failed : shown_when_passed, failed});
  Fields shown{{"output_html", output.html}, {"raw", raw_link}};
  if (cut)
    shown["omitted"] = cat(bytes_text(command.output.size()), " of output, then ",
                           bytes_text(command.omitted), " that the client left out");
  if (output.shown_from > 1) shown["hidden"] = cat("Lines 1 to ", output.shown_from - 1);
  fields["output"] = std::move(shown);
}

Fields command_fields(const DocumentCommand& command, std::size_t task, std::size_t number,
                      bool execution_ended, const std::string& raw_link) {
  const std::string anchor = command_anchor(task, number);
  const bool failed = command.end ? !command.end->success : execution_ended;
  const bool running = !command.end && !execution_ended;
  Fields fields{{"anchor", anchor}, {"line", command.line}, {"state", running ? "r" : failed ? "f" : "p"}};
  if (command.end) {
    const std::string took = duration_text(command.end->duration);
    fields["note"] = failed ? cat(ending_words(*command.end), " after ", took) : took;
    if (!command.end->info.empty()) fields["info"] = command.end->info;
    if (!command.end->stats.empty()) fields["numbers"] = stats_rows(command.end->stats);
  } else {
    fields["note"] = running ? "running" : "cut off";
  }
  if (!command.tests.empty()) {
    fields["tests"] = test_counts(command.tests);
    fields["failed_tests"] = test_rows(command.tests);
  }
  add_output(fields, command, anchor, failed || running, raw_link);
  fields["open"] = failed || running;
  fields["folded"] = !failed && !running && fields.contains("output");
  fields["bare"] = !failed && !running && !fields.contains("output");
  return fields;
}

std::string task_note(const DocumentTask& task) {
  const std::string commands = counted(task.commands.size(), "command");
  return task.end ? cat(commands, ", ", duration_text(task.end->duration)) : commands;
}

Fields task_fields(const DocumentTask& task, std::size_t number, bool execution_ended,
                   const std::string& raw_link) {
  const Progress progress = progress_of(task, execution_ended);
  Nodes commands;
  Nodes infos;
  for (std::size_t i = 0; i < task.commands.size(); ++i) {
    commands.push_back(command_fields(task.commands[i], number, i + 1, execution_ended, raw_link));
    const auto& end = task.commands[i].end;
    if (end && !end->info.empty()) infos.push_back(Fields{{"text", end->info}});
  }
  const bool passed = progress == Progress::passed;
  Fields fields{{"anchor", task_anchor(number)}, {"number", std::to_string(number)},
                {"name", task.start.name},       {"state", state_letter(progress)},
                {"note", task_note(task)},       {"commands", std::move(commands)}};
  fields[passed ? "folded" : "open"] = true;
  // What a folded task would hide is shown below it all the same: info never folds.
  if (passed)
    fields["infos"] = std::move(infos);
  else
    fields["word"] = state_word(progress);
  return fields;
}

Nodes planned_rest(const Document& document) {
  Nodes rest;
  for (std::size_t i = document.tasks.size(); i < document.start.plan.size(); ++i)
    rest.push_back(Fields{{"number", std::to_string(i + 1)}, {"name", document.start.plan[i].name}});
  return rest;
}

std::optional<FirstError> first_error(const Document& document) {
  for (std::size_t t = 0; t < document.tasks.size(); ++t) {
    const auto& commands = document.tasks[t].commands;
    for (std::size_t c = 0; c < commands.size(); ++c) {
      if (!commands[c].end || commands[c].end->success) continue;
      const std::string& text = commands[c].omitted > 0 ? commands[c].output_tail : commands[c].output;
      const std::string anchor = command_anchor(t + 1, c + 1);
      const OutputHtml output = output_html(text, anchor + 'l', {1, false});
      if (output.first_error_line == 0) return FirstError{{}, '#' + anchor, {}};
      return FirstError{output.first_error, cat('#', anchor, 'l', output.first_error_line),
                        quoted_lines(text, anchor + 'l', output.first_error_line, lines_quoted)};
    }
  }
  return std::nullopt;
}

Nodes changes(const ExecutionStarted& start) {
  Nodes repositories;
  for (const Repository& repository : start.repositories) {
    Nodes commits;
    for (const Change& change : repository.changes) {
      const auto end_of_title = change.message.find('\n');
      commits.push_back(Fields{{"revision", short_revision(change.revision)},
                               {"title", change.message.substr(0, end_of_title)},
                               {"author", change.author},
                               {"time", time_field(change.time * second_ms)}});
    }
    Fields fields{{"name", repository.name}, {"commits", std::move(commits)}};
    if (repository.changes_omitted > 0)
      fields["omitted"] = cat("and ", counted(repository.changes_omitted, "older change"));
    if (!repository.changes.empty() || repository.changes_omitted > 0)
      repositories.push_back(std::move(fields));
  }
  return repositories;
}

Nodes facts(const Summary& summary) {
  Nodes rows;
  for (const auto& repository : summary.repositories)
    rows.push_back(Fields{{"name", summary.repositories.size() == 1 ? std::string("Commit")
                                                                    : cat("Commit of ", repository.name)},
                          {"hash", short_revision(repository.revision)},
                          {"value", cat(" on ", summary.branch)}});
  rows.push_back(Fields{{"name", "Started"}, {"time", full_time_field(summary.started_at)}});
  if (summary.ended()) rows.push_back(Fields{{"name", "Took"}, {"value", duration_text(summary.duration)}});
  for (const auto& [name, value] : summary.facts) {
    std::string title = name;
    if (!title.empty() && title.front() >= 'a' && title.front() <= 'z')
      title.front() = static_cast<char>(title.front() - 'a' + 'A');
    rows.push_back(Fields{{"name", title}, {"value", value}});
  }
  return rows;
}

Nodes warnings(const Summary& summary, bool expired) {
  Nodes notes;
  const auto note = [&](std::string text) { notes.push_back(Fields{{"text", std::move(text)}}); };
  if (expired) note("The log has expired; only this summary was kept.");
  if (summary.lost_events > 0)
    note(cat(counted(summary.lost_events, "event"), " of this execution were lost at the client."));
  if (summary.bad_places > 0)
    note(cat("The log is damaged: ", bytes_text(summary.bad_bytes), " in ",
             counted(summary.bad_places, "place"), " cannot be read."));
  if (summary.unknown_lines > 0)
    note(cat(counted(summary.unknown_lines, "event"), " came from a newer client and cannot be shown."));
  return notes;
}

// What the first error says, without the place where: the line itself is quoted below.
std::string essence(std::string_view line) {
  constexpr std::string_view mark = "error: ";
  constexpr std::size_t most = 160;
  if (const auto at = line.find(mark); at != std::string_view::npos) line.remove_prefix(at + mark.size());
  line = trim(line);
  return line.size() <= most ? std::string(line) : cat(utf8_prefix(line, most), "…");
}

// The sentence at the top.
Fields verdict(const ExecutionPage& page, const std::optional<FirstError>& error) {
  const Summary& summary = page.row.summary;
  Fields fields{{"client", page.client.title}};
  if (!summary.ended()) {
    const std::size_t at = summary.tasks.size();
    fields["running"] =
        at == 0 ? Fields{{"where", "starting"}}
                : Fields{{"where", cat("at task ", at, " of ", std::max(at, summary.plan.size()))},
                         {"task", summary.tasks.back().name},
                         {"anchor", task_anchor(at)}};
    return fields;
  }
  if (summary.progress == Progress::passed) {
    fields["passed"] = duration_text(summary.duration);
    return fields;
  }
  Fields stopped{{"reason", summary.ended_because}, {"fails", summary.progress == Progress::failed}};
  if (const TaskSummary* task = summary.stopped_in()) {
    const auto number = 1 + static_cast<std::size_t>(task - summary.tasks.data());
    // Where tasks went on after it, nothing stopped.
    stopped["how"] = number < summary.tasks.size() ? "failed in" : "stopped in";
    stopped["task"] =
        Fields{{"number", std::to_string(number)}, {"name", task->name}, {"anchor", task_anchor(number)}};
    stopped["what"] = error && !error->text.empty() ? essence(error->text) : task->failed_line;
  }
  fields["stopped"] = std::move(stopped);
  return fields;
}

Nodes contents(const Document& document) {
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

}  // namespace

Fields execution_view(const FarmConfig& farm, const ProjectConfig& project, const ExecutionPage& page) {
  const Summary& summary = page.row.summary;
  const ExecutionKey& key = page.row.key;
  const std::string barn = summary.progress == Progress::failed    ? "fail"
                           : summary.progress == Progress::trouble ? "trouble"
                                                                   : "pass";
  Fields fields =
      page_fields(farm, {"../../", cat(state_words(summary), ": ", page.client.title, ", ", project.title),
                         barn, !summary.ended()});
  fields.merge(project_fields(key.owner.project, project, barn));
  fields["client"] = page.client.title;
  fields["execution"] = key.execution.text();
  fields["state"] = state_letter(summary.progress);
  fields["state_words"] = state_words(summary);
  fields["facts"] = facts(summary);
  fields["warnings"] = warnings(summary, page.document == nullptr);
  if (page.previous)
    fields["previous"] = Fields{{"link", cat(page.previous->key.execution.text(), ".html")},
                                {"word", state_word(page.previous->progress)},
                                {"time", time_field(page.previous->started_at)}};
  const auto error = page.document == nullptr ? std::nullopt : first_error(*page.document);
  fields["verdict"] = verdict(page, error);
  if (error && !error->quoted_html.empty())
    fields["first_error"] = Fields{{"link", error->link}, {"quoted_html", error->quoted_html}};
  const std::string raw_link = cat(key.execution.text(), ".txt");
  if (summary.ended() && page.document != nullptr) fields["raw"] = raw_link;
  if (page.document == nullptr) return fields;

  const Document& document = *page.document;
  fields["changes"] = changes(document.start);
  fields["contents"] = contents(document);
  Nodes tasks;
  for (std::size_t i = 0; i < document.tasks.size(); ++i)
    tasks.push_back(task_fields(document.tasks[i], i + 1, document.end.has_value(), raw_link));
  fields["tasks"] = std::move(tasks);
  fields["rest"] = planned_rest(document);
  fields["rest_note"] = summary.ended() ? "not run" : "not yet";
  if (!summary.stats.empty()) fields["statistics"] = Fields{{"rows", stats_rows(summary.stats)}};
  return fields;
}

}  // namespace testfarm
