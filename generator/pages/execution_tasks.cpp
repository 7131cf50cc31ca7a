#include "generator/pages/execution_tasks.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "generator/html/escape.hpp"
#include "generator/html/output_html.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"

namespace testfarm {
namespace {

constexpr std::size_t shown_when_passed = 60;
constexpr std::size_t shown_when_failed = 300;
// Of a page; what failed may have as much again.
constexpr std::size_t most_output = 48 * 1024;
// Of each command, whatever came before it.
constexpr std::size_t least_output = 1024;
constexpr std::size_t most_tests_shown = 500;
constexpr std::size_t most_test_bytes = 24 * 1024;  // of a page: names, and what those say that did not pass

std::string command_anchor(std::size_t task, std::size_t command) { return concat('t', task, 'c', command); }
// Of the n-th of a command's tests.
std::string test_anchor(const std::string& command, std::size_t n) { return concat(command, 'x', n); }

bool is_bad(const TestResult& test) {
  return test.outcome == TestOutcome::failed || test.outcome == TestOutcome::error;
}

std::string test_counts(const std::vector<TestResult>& tests) {
  const auto count = [&](TestOutcome outcome) {
    return std::count_if(tests.begin(), tests.end(),
                         [&](const TestResult& t) { return t.outcome == outcome; });
  };
  const auto failed = count(TestOutcome::failed) + count(TestOutcome::error);
  const auto flaky = std::count_if(tests.begin(), tests.end(), [](const TestResult& t) { return t.flaky; });
  return concat(counted(tests.size(), "test"), ": ", count(TestOutcome::passed), " passed",
                flaky > 0 ? concat(" (", flaky, " flaky)") : "", ", ", failed, " failed, ",
                count(TestOutcome::skipped), " skipped");
}

std::string task_note(const DocumentTask& task) {
  const std::string commands = counted(task.commands.size(), "command");
  return task.end ? concat(commands, ", ", duration_text(task.end->duration)) : commands;
}

OutputHtml head_of(const DocumentCommand& command, const std::string& anchor, std::size_t most) {
  constexpr std::size_t lines = 5;
  std::size_t end = 0;
  for (std::size_t n = 0; n < std::min(lines, most) && end < command.output.size(); ++n)
    end = std::min(command.output.find('\n', end), command.output.size() - 1) + 1;
  return output_html(std::string_view(command.output).substr(0, end), anchor + 'l',
                     {.most = lines, .from_error = false});
}

// A few lines from the first on that look like an error, or from the first.
std::string quotation(std::string_view message) {
  constexpr std::size_t most_lines = 10;
  const auto lines = split_lines(message);
  const auto error = std::find_if(lines.begin(), lines.end(), looks_like_error);
  const auto from = error == lines.end() ? lines.begin() : error;
  const auto& last = *(from + std::min<std::ptrdiff_t>(lines.end() - from, most_lines) - 1);
  const std::string_view text(from->data(),
                              static_cast<std::size_t>(last.data() + last.size() - from->data()));
  return output_html(text, {},
                     {.most = most_lines, .from_error = false, .most_bytes = 8 * 1024, .numbered = false})
      .html;
}

// The last lines, for what says nowhere what went wrong.
std::string last_lines(std::string_view text) {
  constexpr std::size_t most_lines = 3;
  return output_html(trim(text), {},
                     {.most = most_lines, .from_error = false, .most_bytes = 8 * 1024, .numbered = false})
      .html;
}

// The mark of a command that did not succeed: red where the code may be to blame, else as its task's.
std::string mark_of(Progress of_task) {
  const bool code =
      of_task == Progress::passed || of_task == Progress::failed || of_task == Progress::running;
  return code ? "f" : state_letter(of_task);
}

}  // namespace

std::string task_anchor(std::size_t task) { return concat('t', task); }

Progress progress_of(const DocumentTask& task, bool execution_ended) {
  if (task.end) return static_cast<Progress>(task.end->outcome);
  return execution_ended ? Progress::interrupted : Progress::running;
}

Nodes stats_rows(const Stats& stats) {
  Nodes rows;
  for (const auto& [name, value] : stats) rows.push_back(Fields{{"name", name}, {"value", stat_text(value)}});
  return rows;
}

TaskTeller::TaskTeller(bool ended, std::string raw_link)
    : ended_(ended), raw_link_(std::move(raw_link)), room_(most_output), test_room_(most_test_bytes) {}

Fields TaskTeller::task(const DocumentTask& task, std::size_t number) {
  const Progress progress = progress_of(task, ended_);
  Nodes commands;
  commands.reserve(task.commands.size());
  Nodes infos;
  for (std::size_t i = 0; i < task.commands.size(); ++i) {
    commands.push_back(command(task.commands[i], command_anchor(number, i + 1), progress));
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

// Folded as <details> and <summary>, else <div> and <p>.
Fields TaskTeller::command(const DocumentCommand& command, const std::string& anchor, Progress of_task) {
  const bool failed = command.end ? !command.end->success : ended_;
  const bool running = !command.end && !ended_;
  Fields fields{{"anchor", anchor},
                {"line", command.line},
                {"state", running  ? "r"
                          : failed ? mark_of(of_task)
                                   : "p"}};
  Fields more;
  if (command.end) {
    const std::string took = duration_text(command.end->duration);
    fields["note"] = failed ? concat(ending_words(*command.end), " after ", took) : took;
    if (!command.end->info.empty()) more["info"] = plain_output(command.end->info);
    if (!command.end->stats.empty()) more["numbers"] = stats_rows(command.end->stats);
  } else {
    fields["note"] = running ? "running" : "cut off";
  }
  if (!command.tests.empty()) more["tests"] = tests(command.tests, anchor);
  if (failed && !first_error_) remember_test(command.tests, anchor);
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
Fields TaskTeller::tests(const std::vector<TestResult>& tests, const std::string& anchor) {
  Nodes failed;
  Nodes flaky;
  std::string others;
  std::size_t unshown = 0;
  bool first_bad = true;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    const TestResult& test = tests[i];
    const std::size_t bytes = test.name.size() + (is_bad(test) || test.flaky ? test.message.size() : 0) + 64;
    const bool shown = tests_shown_ < most_tests_shown && bytes <= test_room_;
    if (is_bad(test) && first_bad) first_bad_shown_ = shown;
    first_bad = first_bad && !is_bad(test);
    if (!shown) {
      ++unshown;
      continue;
    }
    ++tests_shown_;
    test_room_ -= bytes;
    if (is_bad(test)) {
      failed.push_back(Fields{{"anchor", test_anchor(anchor, i + 1)},
                              {"name", test.name},
                              {"message", plain_output(test.message)},
                              {"seconds", number_text(test.seconds)}});
      continue;
    }
    if (test.flaky) {
      flaky.push_back(Fields{{"name", test.name}, {"message", plain_output(test.message)}});
      continue;
    }
    others += concat("<li>", escaped(test.name), " <small>",
                     test.outcome == TestOutcome::skipped ? "skipped" : number_text(test.seconds) + " s",
                     "</small></li>");
  }
  Fields fields{{"words", test_counts(tests)}, {"failed", std::move(failed)}, {"flaky", std::move(flaky)}};
  if (unshown > 0)
    fields["unshown"] = Fields{
        {"words", concat(counted(unshown, "more test"), unshown == 1 ? " is" : " are", " not shown here")},
        {"raw", ended_ ? raw_link_ : std::string()}};
  if (!others.empty()) fields["others"] = Fields{{"tests_html", Bulk{std::move(others)}}};
  return fields;
}

// Head and tail of a command's output, and the first error where it failed.
void TaskTeller::output(Fields& fields, const DocumentCommand& command, const std::string& anchor,
                        bool failed) {
  const bool cut = command.omitted > 0;
  if (command.output.empty() && command.output_tail.empty() && !cut) return;
  // Where the client left bytes out, the tail's lines count from there.
  const std::string tail_anchor = anchor + (cut ? "e" : "l");
  OutputWindow window{.most = failed ? shown_when_failed : shown_when_passed,
                      .from_error = failed,
                      .most_bytes = std::max(room_ / (failed ? 1 : 4), least_output)};
  OutputHtml tail = output_html(cut ? command.output_tail : command.output, tail_anchor, window);
  room_ -= std::min(room_, tail.html.size());
  if (failed && !first_error_)
    remember_error(tail, cut ? command.output_tail : command.output, anchor, tail_anchor);
  fields["output"] = Fields{{"output_html", Bulk{std::move(tail.html)}}};
  if (cut || tail.shown_from > 1) {
    Fields shown{{"raw", raw_link_}};
    OutputHtml head = head_of(command, anchor, cut ? SIZE_MAX : tail.shown_from - 1);
    if (head.lines > 0) shown["head"] = Fields{{"output_html", Bulk{std::move(head.html)}}};
    if (cut)
      shown["hidden"] = concat("Here ", bytes_text(command.omitted), " were left out by the client");
    else if (head.lines + 1 < tail.shown_from)
      shown["hidden"] = concat("Lines ", head.lines + 1, " to ", tail.shown_from - 1, " are not shown");
    fields["long"] = std::move(shown);
  }
}

// Where a test failed, what it says is nearer to the cause than what the command says that ran it.
void TaskTeller::remember_test(const std::vector<TestResult>& tests, const std::string& anchor) {
  const auto bad = std::find_if(tests.begin(), tests.end(), is_bad);
  if (bad == tests.end() || trim(bad->message).empty()) return;
  const auto number = static_cast<std::size_t>(bad - tests.begin()) + 1;
  first_error_ = FirstError{bad->name, concat('#', first_bad_shown_ ? test_anchor(anchor, number) : anchor),
                            quotation(trim(bad->message))};
}

void TaskTeller::remember_error(const OutputHtml& tail, std::string_view text, const std::string& anchor,
                                const std::string& tail_anchor) {
  const bool shown = tail.first_error_line >= tail.shown_from;
  if (tail.first_error_line == 0)
    first_error_ = FirstError{{}, '#' + anchor, last_lines(text)};
  else
    first_error_ =
        FirstError{tail.first_error, shown ? concat('#', tail_anchor, tail.first_error_line) : '#' + anchor,
                   tail.quoted_html};
}

}  // namespace testfarm
