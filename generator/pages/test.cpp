#include "generator/pages/test.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "generator/html/plot.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/test_fields.hpp"
#include "generator/site/paths.hpp"
#include "store/index/failed_tests.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_episodes = 50;

// A row of executions in which the test failed.
struct TestEpisode {
  ExecutionHeader first;
  std::optional<ExecutionHeader> fixed;  // the first after it with results and without the failure
};
struct TestPage {
  ClientKey client;
  ClientConfig config;
  std::string branch, test;
  std::vector<TestEpisode> episodes;  // newest first
  bool more = false;
  std::string failure;           // the fingerprint of what the newest of these began with; or empty
  bool flaky = false;            // as its failure's page has it
  std::vector<PlotPoint> times;  // up to when its verdict changed last, oldest first
};

Fields test_view(const FarmConfig& farm, const ProjectConfig& project, const TestPage& page) {
  const bool fails = !page.episodes.front().fixed;
  const std::string icon = fails ? "fail" : "pass";
  Fields fields = page_fields(
      farm, project_frame(test_place(page.client.client, page.branch, page.test),
                          concat(page.test, " on ", page.config.title, ": ", project.title), icon));
  fields.add(project_fields(page.client.project, project, icon));
  fields["on_summary"] = "true";
  fields["client"] = page.config.title;
  fields["branch"] = page.branch;
  fields["test"] = page.test;
  const std::string up = way_up(test_in_client(page.branch, page.test));
  fields["tests_link"] = up + tests_in_client(page.branch);
  Nodes rows;
  for (const TestEpisode& episode : page.episodes) {
    Fields row{{"first", tested_in(episode.first, up)}};
    row["fixed"] = episode.fixed ? Node(tested_in(*episode.fixed, up)) : Node(false);
    rows.push_back(std::move(row));
  }
  fields["flaky"] = page.flaky;
  const TestEpisode& last = page.episodes.front();
  if (last.fixed)
    fields["passes"] = tested_in(*last.fixed, up);
  else
    fields["fails"] = tested_in(last.first, up);
  if (!page.failure.empty()) fields["failure"] = "../" + up + failure_place(page.branch, page.failure);
  fields["episodes"] = std::move(rows);
  if (page.times.size() > 1) {
    const auto [least, most] = std::minmax_element(
        page.times.begin(), page.times.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
    if (most->value >= 0.1) {
      const std::string words =
          concat("Took ", seconds_text(page.times.back().value), "; between ", seconds_text(least->value),
                 " and ", seconds_text(most->value), " in the ", page.times.size(),
                 " runs up to when its verdict changed last. Red: it failed.");
      fields["times"] = Fields{{"words", words}, {"plot_html", Bulk{plot_svg(page.times, 440, 80, words)}}};
    }
  }
  fields["more"] = page.more;
  return fields;
}

// What the newest episode began with, and whether that is chance: as its failure's page says it, which is
// written as of the same moment and has this page written when its verdict turns.
Status read_verdict(PageContext& context, TestPage& page) {
  const TestEpisode& newest = page.episodes.front();
  TRY_SET(const auto row, context.index().execution_in_short(newest.first.key));
  if (!row) return {};
  const auto& failures = row->summary.failures;
  const auto failure = std::find_if(failures.begin(), failures.end(),
                                    [&](const Failure& one) { return one.test == page.test; });
  if (failure == failures.end()) return {};
  page.failure = failure->fingerprint;
  TRY_SET(const PageContext::Told* told,
          context.story_of_news(page.client.project, page.branch, page.failure));
  page.flaky = told != nullptr && told->story.flakiness.flaky();
  return {};
}

}  // namespace

// Rows of failures, told by where they begin and end alone: so the page changes when the verdict does.
Status write_test(PageContext& context, const ClientKey& client, const std::string& branch,
                  const std::string& test) {
  TRY_SET(const ProjectConfig* project, context.project_config(client.project));
  TRY_SET(const ClientConfig* config, context.client_config(client));
  const std::string path = in_project(client.project, test_place(client.client, branch, test));
  TestPage page{.client = client, .config = *config, .branch = branch, .test = test, .more = false};
  for (Millis before = always;;) {
    TRY_SET(const auto last, FailedTests(context.index()).last_failure_of_test(client, branch, test, before));
    if (!last) break;
    page.more = page.episodes.size() == most_episodes;
    if (page.more) break;
    TRY_SET(
        const auto green,
        FailedTests(context.index()).last_without_failure_of_test(client, branch, test, last->started_at));
    TRY_SET(const auto oldest, FailedTests(context.index()).first_failure_of_test(client, branch, test));
    const Millis from = green ? green->started_at : oldest->started_at - 1;
    TRY_SET(const auto first, FailedTests(context.index()).with_tests(client, branch, from, true));
    TRY_SET(auto fixed, FailedTests(context.index()).with_tests(client, branch, last->started_at, true));
    if (first) page.episodes.push_back({*first, std::move(fixed)});
    if (!green) break;
    before = green->started_at;
  }
  if (page.episodes.empty()) return context.site().remove(path);
  TRY(read_verdict(context, page));
  const TestEpisode& newest = page.episodes.front();
  TRY_SET(page.times,
          context.test_times().of(client, branch, test,
                                  newest.fixed ? newest.fixed->started_at : newest.first.started_at));
  return context.site().put(path, render("test", test_view(context.farm(), *project, page)));
}

}  // namespace testfarm
