#include "generator/pages/failure.hpp"

#include <algorithm>

#include "analysis/problems.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "generator/html/output_html.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/failure_fields.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/reproduce.hpp"
#include "generator/pages/site_json.hpp"
#include "generator/pages/test.hpp"
#include "generator/site/paths.hpp"
#include "store/index/failures.hpp"
#include "store/log/execution_document.hpp"

namespace testfarm {
namespace {

constexpr std::size_t failure_part = 100;    // executions on one part of a failure's page
constexpr std::size_t failure_listed = 500;  // in all

struct FailurePage {
  Story story;
  std::vector<Occurrence> executions;  // newest first, as many as are listed
  Millis known = 0;                    // as of when it is told
  std::size_t part = 1, parts = 1;
  bool more = false;         // there are older ones
  std::string example_html;  // output around the first error, ready
  std::string example_link;  // of the execution that said it, from the project's directory
  std::string script_link;   // to do it again; or empty
};

constexpr std::size_t quoted_before_error = 3;
constexpr std::size_t quoted_after_error = 12;

// The error and a few lines on either side; all of it where no line is one.
std::string_view around_error(std::string_view text) {
  const auto lines = split_lines(text);
  const auto error = std::find_if(lines.begin(), lines.end(), [](std::string_view line) {
    return looks_like_error(plain_line(utf8_prefix(line, most_line_bytes)));
  });
  if (error == lines.end()) return text;
  const auto at = static_cast<std::size_t>(error - lines.begin());
  const std::string_view first = lines[at - std::min(at, quoted_before_error)];
  const std::string_view last = lines[std::min(at + quoted_after_error, lines.size() - 1)];
  return {first.data(), static_cast<std::size_t>(last.data() + last.size() - first.data())};
}

// What the newest execution that has the failure says around it, if its log is still there.
Status add_example(const Layout& layout, FailurePage& page) {
  const Story& story = page.story;
  const ExecutionKey key{{story.project, story.last.client}, story.last.execution};
  const auto document = read_execution_document(layout, key);
  if (!document && document.error().kind == ErrorKind::not_found) return {};
  if (!document) return fail(document.error());
  const std::string up = way_up(failure_place(story.branch, story.fingerprint));
  if (!reproduce_script(key, *document).empty())
    page.script_link = up + client_file_place(story.last.client, script_file(story.last.execution));
  const Failure& failure = story.example;
  if (failure.task == 0 || failure.task > document->tasks.size()) return {};
  const auto& commands = document->tasks[failure.task - 1].commands;
  if (failure.command == 0 || failure.command > commands.size()) return {};
  const DocumentCommand& command = commands[failure.command - 1];
  const std::string anchor = concat('t', failure.task, 'c', failure.command);
  std::string text = command.omitted > 0 ? command.output_tail : command.output;
  for (const TestResult& test : command.tests)
    if (!failure.test.empty() && test.name == failure.test && !test.message.empty()) text = test.message;
  page.example_html =
      output_html(
          around_error(text), {},
          {.most = 2 * quoted_after_error, .from_error = true, .most_bytes = 8 * 1024, .numbered = false})
          .html;
  page.example_link = concat(up, execution_place(story.last.client, story.last.execution), '#', anchor);
  return {};
}

// The headline's part: open, fixed or flaky, and since when.
Fields standing_now(const Story& story, const std::string& up) {
  Fields fields;
  const bool open = story.open > 0;
  const bool flaky = story.flakiness.flaky();
  fields["first"] = occurrence_fields(story.first, story.branch, up);
  fields["last"] = occurrence_fields(story.last, story.branch, up);
  const std::size_t fixed = story.recovered();
  if (flaky)
    fields["flaky_since"] = occurrence_fields(story.first, story.branch, up);
  else if (open)
    fields["open"] = Fields{{"clients", counted(story.open, "client")},
                            {"began", occurrence_fields(open_since(story), story.branch, up)}};
  else if (fixed > 0)
    fields["fixed"] = true;
  else
    fields["left"] = true;
  if (open && fixed > 0 && !flaky) fields["recovered"] = concat(counted(fixed, "client"), " recovered.");
  // What comes and goes was mended by nobody.
  fields["gone"] = flaky ? "Passed again at" : "Gone since";
  return fields;
}

std::string state_of(const ClientHistory& part, bool flaky) {
  if (part.retired_at > 0 && !part.fixed_by) return "w";
  if (part.open()) return "f";
  return flaky ? "o" : "p";
}

std::string word_of(const ClientHistory& part, bool flaky) {
  if (part.retired_at > 0 && !part.fixed_by) return "retired";
  if (part.open()) return flaky ? "failed last" : "still failing";
  return flaky ? "passes now" : "fixed";
}

Nodes client_rows(const Story& story, const std::string& up) {
  const bool flaky = story.flakiness.flaky();
  Nodes clients;
  for (const ClientHistory& part : story.histories) {
    if (clients.size() == most_listed_clients) break;
    Fields row{{"client", part.client.client.text()},
               {"client_link", up + client_place(part.client.client)},
               {"state", state_of(part, flaky)},
               {"word", word_of(part, flaky)},
               {"first", occurrence_fields(part.first, story.branch, up)},
               {"last", occurrence_fields(part.last, story.branch, up)}};
    if (part.fixed_by)
      row["fixed_by"] =
          Fields{{"link", up + execution_place(part.client.client, part.fixed_by->key.execution)},
                 {"commit", up + tested_commit_place(story.branch, part.fixed_by->revision)},
                 {"revision", short_revision(part.fixed_by->revision)},
                 {"time", time_field(part.fixed_by->started_at)}};
    clients.push_back(std::move(row));
  }
  return clients;
}

Fields failure_view(const FarmConfig& farm, const ProjectConfig& config, const FailurePage& page) {
  const Story& story = page.story;
  const std::string place = failure_place(story.branch, story.fingerprint);
  const std::string up = way_up(place);
  const bool open = story.open > 0;
  const std::string what = headline(story.example);
  const std::string icon = open && !story.flakiness.flaky() ? "fail" : "pass";
  Fields fields = page_fields(farm, project_frame(place, concat(what, ": ", config.title), icon));
  fields.add(project_fields(story.project, config, icon));
  fields["on_failures"] = "true";
  fields.add(story_fields(story, config, up));

  fields["as_of"] = time_field(page.known);
  fields["branch"] = story.branch;
  fields["what"] = what;
  fields["says"] = story.example.says;
  fields["test"] = story.example.test;
  fields.add(standing_now(story, up));

  fields["clients"] = client_rows(story, up);
  add_known_problem(fields, config, story.example);
  Nodes rows;
  for (const Occurrence& occurrence : page.executions)
    rows.push_back(occurrence_fields(occurrence, story.branch, up));
  fields["executions"] = std::move(rows);
  if (page.more) fields["older"] = "Older ones are in the history.";

  if (page.parts > 1) {
    Nodes parts;
    for (std::size_t i = 1; i <= page.parts; ++i)
      parts.push_back(Fields{{"number", std::to_string(i)},
                             {"link", failure_file(story.fingerprint, i)},
                             {"current", i == page.part}});
    fields["parts"] = Fields{{"list", std::move(parts)}};
  }
  if (!page.example_html.empty()) {
    fields["example"] = Fields{{"output_html", Bulk{page.example_html}}, {"link", page.example_link}};
  }
  if (!page.script_link.empty())
    fields["reproduce"] = Fields{{"link", page.script_link}, {"name", script_file(story.last.execution)}};
  return fields;
}

// Whether what stands there says otherwise of its being chance; true where nothing stands there.
bool turns(const Path& json, const Story& story) {
  const auto before = read_file(json);
  const bool was = before && before->find("\"state\":\"flaky\"") != std::string::npos;
  return !before || was != story.flakiness.flaky();
}

// The pages of a test say the same of it as its failure's.
Status write_tests_of(PageContext& context, const Story& story) {
  if (story.example.test.empty()) return {};
  for (std::size_t i = 0; i < std::min(story.histories.size(), most_listed_clients); ++i)
    TRY(write_test(context, story.histories[i].client, story.branch, story.example.test));
  return {};
}

}  // namespace

// As of the last news of it, so that the page changes with the failure and with nothing else.
Status write_failure(PageContext& context, const ProjectId& project, const std::string& branch,
                     const std::string& fingerprint) {
  TRY_SET(const ProjectConfig* config, context.project_config(project));
  const std::string json = in_project(project, failure_json_place(branch, fingerprint));
  TRY_SET(const Story* now, context.story(project, branch, fingerprint));
  if (now == nullptr) {
    TRY(context.site().remove(json));
    return context.site().remove(in_project(project, failure_place(branch, fingerprint)));
  }
  TRY_SET(const PageContext::Told* told, context.story_of_news(project, branch, fingerprint));
  if (told == nullptr) return {};

  const Millis happened = told->known;
  FailurePage page{.story = told->story, .known = happened, .part = 1, .parts = 1, .more = false};
  TRY_SET(auto all,
          Failures(context.index()).occurrences(project, branch, fingerprint, happened, failure_listed + 1));
  page.more = all.size() > failure_listed;
  if (page.more) all.pop_back();
  page.parts = std::max<std::size_t>((all.size() + failure_part - 1) / failure_part, 1);
  TRY(add_example(context.layout(), page));

  for (page.part = page.parts; page.part >= 1; --page.part) {
    const std::size_t from = (page.part - 1) * failure_part;
    page.executions.assign(
        all.begin() + static_cast<std::ptrdiff_t>(from),
        all.begin() + static_cast<std::ptrdiff_t>(std::min(from + failure_part, all.size())));
    const std::string path = in_project(project, failure_place(branch, fingerprint, page.part));
    TRY(context.site().put(path, render("failure", failure_view(context.farm(), *config, page))));
  }
  const bool turned = turns(context.farm().site / json, page.story);
  TRY(context.site().put(json, failure_json(page.story)));
  return turned ? write_tests_of(context, page.story) : Status{};
}

}  // namespace testfarm
