#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "generator/output_html.hpp"
#include "generator/render.hpp"
#include "generator/views.hpp"
#include "generator/wording.hpp"

namespace testfarm {
namespace {

constexpr std::size_t shown_when_passed = 60;
constexpr std::size_t shown_when_failed = 300;
constexpr std::size_t most_output =
    48 * 1024;                              // of a page, in bytes of text; what failed may have as much again
constexpr std::size_t least_output = 1024;  // of each command, whatever came before it
constexpr std::size_t most_tests_shown = 500;

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

bool is_bad(const TestResult& test) {
  return test.outcome == TestOutcome::failed || test.outcome == TestOutcome::error;
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

// What is quoted at the top: the first command that failed, and the line that says why.
struct FirstError {
  std::string text;
  std::string link;  // #t3c2l17
  std::string quoted_html;
};

// Tells tasks and commands in their order. The page has room for so much output; what failed and what came
// first has the better part of it, the rest is in the raw text.
class Teller {
 public:
  Teller(bool ended, std::string raw_link) : ended_(ended), raw_link_(std::move(raw_link)) {}

  Fields task(const DocumentTask& task, std::size_t number) {
    const Progress progress = progress_of(task, ended_);
    Nodes commands;
    commands.reserve(task.commands.size());
    Nodes infos;
    for (std::size_t i = 0; i < task.commands.size(); ++i) {
      commands.push_back(command(task.commands[i], command_anchor(number, i + 1)));
      const auto& end = task.commands[i].end;
      if (end && !end->info.empty()) infos.push_back(Fields{{"text", plain_output(end->info)}});
    }
    const bool passed = progress == Progress::passed;
    Fields fields{{"anchor", task_anchor(number)}, {"number", std::to_string(number)},
                  {"name", task.start.name},       {"state", state_letter(progress)},
                  {"note", task_note(task)},       {"commands", std::move(commands)}};
    fields["tag"] = passed ? "details" : "section";
    fields["head_tag"] = passed ? "summary" : "h3";
    // What a folded task would hide is shown below it all the same: info never folds.
    if (passed)
      fields["infos"] = std::move(infos);
    else
      fields["word"] = ", " + state_word(progress);
    return fields;
  }

  const std::optional<FirstError>& first_error() const { return first_error_; }

 private:
  static std::string task_note(const DocumentTask& task) {
    const std::string commands = counted(task.commands.size(), "command");
    return task.end ? cat(commands, ", ", duration_text(task.end->duration)) : commands;
  }

  // Folded as <details> and <summary>, else <div> and <p>.
  Fields command(const DocumentCommand& command, const std::string& anchor) {
    const bool failed = command.end ? !command.end->success : ended_;
    const bool running = !command.end && !ended_;
    Fields fields{{"anchor", anchor}, {"line", command.line}, {"state", running ? "r" : failed ? "f" : "p"}};
    Fields more;
    if (command.end) {
      const std::string took = duration_text(command.end->duration);
      fields["note"] = failed ? cat(ending_words(*command.end), " after ", took) : took;
      if (!command.end->info.empty()) more["info"] = plain_output(command.end->info);
      if (!command.end->stats.empty()) more["numbers"] = stats_rows(command.end->stats);
    } else {
      fields["note"] = running ? "running" : "cut off";
    }
    if (!command.tests.empty()) more["tests"] = tests(command.tests);
    // What a running command says is in the live files, so that the page need not be written at each line of
    // it.
    if (running)
      more["live_pane"] = true;
    else
      output(fields, command, anchor, failed);
    if (!more.empty()) fields["more"] = std::move(more);
    const bool folded = !failed && !running && fields.contains("output");
    fields["tag"] = folded ? "details" : "div";
    fields["head_tag"] = folded ? "summary" : "p";
    return fields;
  }

  // Failed ones first, with what they say; the others folded.
  Fields tests(const std::vector<TestResult>& tests) {
    Nodes failed;
    std::string others;
    for (const TestResult& test : tests) {
      if (tests_shown_ == most_tests_shown) break;
      ++tests_shown_;
      if (is_bad(test)) {
        failed.push_back(Fields{{"name", test.name},
                                {"message", plain_output(test.message)},
                                {"seconds", number_text(test.seconds)}});
        continue;
      }
      others += cat("<li>", escaped(test.name), " <small>",
                    test.outcome == TestOutcome::skipped ? "skipped" : number_text(test.seconds) + " s",
                    "</small></li>");
    }
    Fields fields{{"words", test_counts(tests)}, {"failed", std::move(failed)}};
    if (!others.empty()) fields["others"] = Fields{{"tests_html", Bulk{std::move(others)}}};
    return fields;
  }

  // Head and tail of a command's output, and the first error where it failed.
  void output(Fields& fields, const DocumentCommand& command, const std::string& anchor, bool failed) {
    const bool cut = command.omitted > 0;
    if (command.output.empty() && command.output_tail.empty() && !cut) return;
    // Where the client left bytes out, the tail's lines count from there.
    const std::string tail_anchor = anchor + (cut ? "e" : "l");
    OutputWindow window{failed ? shown_when_failed : shown_when_passed, failed,
                        std::max(room_ / (failed ? 1 : 4), least_output)};
    OutputHtml tail = output_html(cut ? command.output_tail : command.output, tail_anchor, window);
    room_ -= std::min(room_, tail.html.size());
    if (failed && !first_error_)
      first_error_ = tail.first_error_line == 0
                         ? FirstError{{}, '#' + anchor, {}}
                         : FirstError{tail.first_error,
                                      tail.first_error_line < tail.shown_from
                                          ? '#' + anchor
                                          : cat('#', tail_anchor, tail.first_error_line),
                                      tail.quoted_html};
    fields["output"] = Fields{{"output_html", Bulk{std::move(tail.html)}}};
    if (cut || tail.shown_from > 1) {
      Fields shown{{"raw", raw_link_}};
      OutputHtml head = head_of(command, anchor, cut ? SIZE_MAX : tail.shown_from - 1);
      if (head.lines > 0) shown["head"] = Fields{{"output_html", Bulk{std::move(head.html)}}};
      if (cut)
        shown["hidden"] = cat("Here ", bytes_text(command.omitted), " were left out by the client");
      else if (head.lines + 1 < tail.shown_from)
        shown["hidden"] = cat("Lines ", head.lines + 1, " to ", tail.shown_from - 1, " are not shown");
      fields["long"] = std::move(shown);
    }
  }

  static OutputHtml head_of(const DocumentCommand& command, const std::string& anchor, std::size_t most) {
    constexpr std::size_t lines = 5;
    std::size_t end = 0;
    for (std::size_t n = 0; n < std::min(lines, most) && end < command.output.size(); ++n)
      end = std::min(command.output.find('\n', end), command.output.size() - 1) + 1;
    return output_html(std::string_view(command.output).substr(0, end), anchor + 'l', {lines, false});
  }

  bool ended_;
  std::string raw_link_;
  std::size_t room_ = most_output;
  std::size_t tests_shown_ = 0;
  std::optional<FirstError> first_error_;
};

Nodes planned_rest(const Document& document) {
  Nodes rest;
  for (std::size_t i = document.tasks.size(); i < document.start.plan.size(); ++i)
    rest.push_back(Fields{{"number", std::to_string(i + 1)}, {"name", document.start.plan[i].name}});
  return rest;
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

Nodes warnings(const Summary& summary, const ExecutionPage& page) {
  Nodes notes;
  const auto note = [&](std::string text) { notes.push_back(Fields{{"text", std::move(text)}}); };
  if (page.document == nullptr)
    note(page.expired_on.empty() ? std::string("The log is not there any more; only this summary was kept.")
                                 : cat("The log expired on ", page.expired_on, "; this summary was kept."));
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

Nodes failed_tests(const Summary& summary) {
  Nodes tests;
  for (const std::string& name : summary.failed_tests) tests.push_back(Fields{{"name", name}});
  return tests;
}

}  // namespace

std::string page_state(const Summary& summary) {
  return cat(summary.tasks.size(), '.', summary.tasks.empty() ? 0 : summary.tasks.back().commands,
             summary.running_line.empty() ? "e" : "r",
             summary.tests_passed + summary.tests_failed + summary.tests_skipped);
}

Fields execution_view(const FarmConfig& farm, const ProjectConfig& project, const ExecutionPage& page) {
  const Summary& summary = page.row.summary;
  const ExecutionKey& key = page.row.key;
  const std::string barn = summary.progress == Progress::failed    ? "fail"
                           : summary.progress == Progress::trouble ? "trouble"
                                                                   : "pass";
  Fields fields =
      page_fields(farm, {"../../", cat(state_words(summary), ": ", page.client.title, ", ", project.title),
                         barn, "../feed.atom", summary.ended() ? "" : key.execution.text() + ".live.json"});
  fields.add(project_fields(key.owner.project, project, barn));
  fields["page"] = page_state(summary);
  fields["client"] = page.client.title;
  fields["when"] = full_moment_text(summary.started_at);
  fields["state"] = state_letter(summary.progress);
  fields["state_words"] = state_words(summary);
  fields["facts"] = facts(summary);
  fields["warnings"] = warnings(summary, page);
  if (!summary.ended()) fields["live_text"] = key.execution.text() + ".live.txt";
  if (page.previous)
    fields["previous"] = Fields{{"link", cat(page.previous->key.execution.text(), ".html")},
                                {"word", state_word(page.previous->progress)},
                                {"time", time_field(page.previous->started_at)}};
  const std::string raw_link = cat(key.execution.text(), ".txt");
  if (summary.ended() && page.document != nullptr) fields["raw"] = raw_link;
  if (!summary.stats.empty()) fields["statistics"] = Fields{{"rows", stats_rows(summary.stats)}};
  Teller teller(summary.ended(), raw_link);
  if (page.document != nullptr) {
    const Document& document = *page.document;
    fields["changes"] = changes(document.start);
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
  const auto& error = teller.first_error();
  fields["verdict"] = verdict(page, error);
  if (error && !error->quoted_html.empty())
    fields["first_error"] = Fields{{"link", error->link}, {"quoted_html", Bulk{error->quoted_html}}};
  return fields;
}

}  // namespace testfarm
