// The pages that tell stories: failures, commits, tests, readiness. Part of PageWriter.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "analysis/failure_news.hpp"
#include "base/text.hpp"
#include "generator/html/output_html.hpp"
#include "generator/html/render.hpp"
#include "generator/pages/commits.hpp"
#include "generator/pages/failure.hpp"
#include "generator/pages/page_writer.hpp"
#include "generator/pages/readiness.hpp"
#include "generator/pages/tests.hpp"
#include "store/log/document.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_judged = 6;            // failures of one execution that are judged
constexpr std::size_t failure_part = 100;         // executions on one part of a failure's page
constexpr std::size_t failure_listed = 500;       // in all
constexpr std::size_t of_a_commit = 50;           // executions
constexpr std::size_t most_runs = 2000;           // executions with tests that are counted
constexpr std::size_t most_failed_rows = 50'000;  // rows of failed tests that are read
constexpr std::size_t most_episodes = 50;
constexpr std::size_t most_tips = 8;

Status add_executions(Index& index, const ProjectId& project, CommitsPage& page) {
  for (const Commit& commit : page.commits) {
    TRY_SET(auto executions, index.of_revision(project, page.branch, commit.revision, of_a_commit));
    page.executions.push_back(std::move(executions));
  }
  return {};
}

// Those that the summary shows are told already.
Result<std::vector<Story>> stories_on(Index& index, const ProjectState& project, const std::string& branch) {
  if (std::find(project.branches.begin(), project.branches.end(), branch) == project.branches.end())
    return read_stories(index, project, branch);
  std::vector<Story> stories;
  std::copy_if(project.stories.begin(), project.stories.end(), std::back_inserter(stories),
               [&](const Story& story) { return story.branch == branch; });
  return stories;
}

// Executions of the window that ended with results, newest first.
Result<std::vector<Brief>> runs_with_tests(Index& index, const ClientKey& client, const std::string& branch,
                                           Millis from, Millis to) {
  TRY_SET(auto runs, index.of_branch(client, branch, from, to, always, most_runs));
  std::erase_if(runs, [](const Brief& run) { return run.tests == 0 || !run.judged(); });
  return runs;
}

// What each test of an execution came to; where two say different things, the worse.
std::map<std::string, TestOutcome> outcomes_of(const Document& document) {
  std::map<std::string, TestOutcome> outcomes;
  const auto badness = [](TestOutcome outcome) {
    return outcome == TestOutcome::skipped ? 0 : outcome == TestOutcome::passed ? 1 : 2;
  };
  for (const DocumentTask& task : document.tasks)
    for (const DocumentCommand& command : task.commands)
      for (const TestResult& test : command.tests) {
        const auto [known, fresh] = outcomes.emplace(test.name, test.outcome);
        if (!fresh && badness(test.outcome) > badness(known->second)) known->second = test.outcome;
      }
  return outcomes;
}

// What the newest execution that has the failure says around it, if its log is still there.
Status add_example(const Layout& layout, FailurePage& page) {
  constexpr std::size_t lines = 30;
  const Story& story = page.story;
  const ExecutionKey key{{story.project, story.last.client}, story.last.execution};
  const auto document = read_document(layout, key);
  if (!document && document.error().kind == ErrorKind::not_found) return {};
  if (!document) return fail(document.error());
  const Failure& failure = story.example;
  if (failure.task == 0 || failure.task > document->tasks.size()) return {};
  const auto& commands = document->tasks[failure.task - 1].commands;
  if (failure.command == 0 || failure.command > commands.size()) return {};
  const DocumentCommand& command = commands[failure.command - 1];
  const std::string anchor = cat('t', failure.task, 'c', failure.command);
  std::string text = command.omitted > 0 ? command.output_tail : command.output;
  for (const TestResult& test : command.tests)
    if (!failure.test.empty() && test.name == failure.test && !test.message.empty()) text = test.message;
  page.example_html = output_html(text, {}, {lines, true, 8 * 1024, false}).html;
  page.example_link =
      cat("../../", story.last.client.text(), '/', story.last.execution.text(), ".html#", anchor);
  return {};
}

}  // namespace

// The first failures, those that are news before those that are not.
Result<std::vector<Judgement>> PageWriter::judge(const ExecutionRow& row) {
  std::vector<Judgement> judgements;
  std::set<std::string> seen;
  Storyteller teller(index_);
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

// As of the last news of it, so that the page changes with the failure and with nothing else.
Status PageWriter::write_failure(const ProjectId& project, const std::string& branch,
                                 const std::string& fingerprint) {
  TRY_SET(const ProjectConfig* config, project_config(project));
  Storyteller teller(index_);
  TRY_SET(const auto now, teller.tell(project, branch, fingerprint, always));
  if (!now) {
    TRY(site_.remove(failure_json_path(project, branch, fingerprint)));
    return site_.remove(failure_path(project, branch, fingerprint));
  }
  TRY_SET(const Millis happened, last_news(index_, *now));
  TRY_SET(auto story, teller.tell(project, branch, fingerprint, happened));
  if (!story) return {};
  FailurePage page{*std::move(story), {}, 1, 1, false, {}, {}};
  TRY_SET(auto all, index_.sightings(project, branch, fingerprint, happened, failure_listed + 1));
  page.more = all.size() > failure_listed;
  if (page.more) all.pop_back();
  page.parts = std::max<std::size_t>((all.size() + failure_part - 1) / failure_part, 1);
  TRY(add_example(layout_, page));
  for (page.part = page.parts; page.part >= 1; --page.part) {
    const std::size_t from = (page.part - 1) * failure_part;
    page.executions.assign(
        all.begin() + static_cast<std::ptrdiff_t>(from),
        all.begin() + static_cast<std::ptrdiff_t>(std::min(from + failure_part, all.size())));
    std::string path = failure_path(project, branch, fingerprint);
    if (page.part > 1) path.insert(path.size() - 5, cat('.', page.part));
    TRY(site_.put(path, render(Template::failure, failure_view(farm_, *config, page))));
  }
  return site_.put(failure_json_path(project, branch, fingerprint), failure_json(page.story));
}

Status PageWriter::write_commits(const ProjectId& project, const std::string& branch,
                                 const std::string& month) {
  TRY_SET(const ProjectState* state, project_state(project));
  // Without a branch: the busiest one, and the names of all.
  const bool all = branch.empty();
  CommitsPage page;
  page.branch = all && !state->branches.empty() ? state->branches.front() : branch;
  if (all) {
    TRY_SET(page.branches, index_.branches_of(project));
  }
  const std::string base = cat(project.text(), "/commits");
  const std::string slug = branch_slug(page.branch);
  TRY_SET(const auto repository, index_.main_repository(project, page.branch));
  if (!month.empty()) {
    const auto start = parse_month(month);
    if (!start || !repository) return {};
    page.month = *start;
    TRY_SET(page.commits,
            index_.commits(project, branch, *repository, *start, next_month(*start), month_commits + 1));
    page.cut = page.commits.size() > month_commits;
    if (page.cut) page.commits.pop_back();
    if (page.commits.empty()) return {};
    TRY(add_executions(index_, project, page));
    return site_.put(cat(base, '/', slug, '/', month, ".html"),
                     render(Template::commits, commits_view(farm_, *state, page, "../../")));
  }
  if (repository) {
    TRY_SET(page.commits,
            index_.commits(project, page.branch, *repository, INT64_MIN, always, newest_commits));
  }
  // The month of the last one shown has the rest of it.
  if (page.commits.size() == newest_commits) page.older = page.commits.back().at;
  TRY(add_executions(index_, project, page));
  TRY_SET(page.stories, stories_on(index_, *state, page.branch));
  return site_.put(all ? base + ".html" : cat(base, '/', slug, ".html"),
                   render(Template::commits, commits_view(farm_, *state, page, all ? "" : "../")));
}

Status PageWriter::write_tests(const ClientKey& client, const std::string& branch) {
  TRY_SET(const ProjectConfig* project, project_config(client.project));
  TRY_SET(const ClientConfig* config, client_config(client));
  TRY_SET(const auto newest, index_.with_tests(client, branch, always, false));
  if (!newest) return {};
  const Millis from = newest->started_at - tests_window;
  TRY_SET(const auto runs, runs_with_tests(index_, client, branch, from, always));
  TRY_SET(const auto failures, index_.failed_tests(client, branch, from, most_failed_rows));
  std::map<std::string, std::vector<ExecutionId>> failed;
  for (const auto& failure : failures) failed[failure.test].push_back(failure.execution);
  std::map<std::string, TestOutcome> now;
  const auto document = read_document(layout_, newest->key);
  if (!document && document.error().kind != ErrorKind::not_found) return fail(document.error());
  if (document) now = outcomes_of(*document);
  TestsPage page{client, *config, branch, *newest, {}, {}, {}, runs.size(), document.has_value(), 1, 1};
  if (runs.size() > 1) page.before = runs[1];
  for (const auto& [test, executions] : failed) {
    const bool fails =
        std::find(executions.begin(), executions.end(), newest->key.execution) != executions.end();
    const bool before = page.before && std::find(executions.begin(), executions.end(),
                                                 page.before->key.execution) != executions.end();
    if (!document) now.emplace(test, fails ? TestOutcome::failed : TestOutcome::passed);
    if (document && before && !now.contains(test)) page.gone.push_back(test);
  }
  page.tests = test_rows(now, runs, failed);
  page.parts = std::max<std::size_t>((page.tests.size() + tests_part - 1) / tests_part, 1);
  for (page.part = 1; page.part <= page.parts; ++page.part)
    TRY(site_.put(tests_path(client, branch, page.part),
                  render(Template::tests, tests_view(farm_, *project, page))));
  for (; site_.has(tests_path(client, branch, page.part)); ++page.part)
    TRY(site_.remove(tests_path(client, branch, page.part)));
  return {};
}

// Rows of failures, told by where they begin and end alone: so the page changes when the verdict does.
Status PageWriter::write_test(const ClientKey& client, const std::string& branch, const std::string& test) {
  TRY_SET(const ProjectConfig* project, project_config(client.project));
  TRY_SET(const ClientConfig* config, client_config(client));
  TestPage page{client, *config, branch, test, {}, false};
  for (Millis before = always;;) {
    TRY_SET(const auto last, index_.last_failure_of_test(client, branch, test, before));
    if (!last) break;
    page.more = page.episodes.size() == most_episodes;
    if (page.more) break;
    TRY_SET(const auto green, index_.last_without_failure_of_test(client, branch, test, last->started_at));
    TRY_SET(const auto oldest, index_.first_failure_of_test(client, branch, test));
    const Millis from = green ? green->started_at : oldest->started_at - 1;
    TRY_SET(const auto first, index_.with_tests(client, branch, from, true));
    TRY_SET(auto fixed, index_.with_tests(client, branch, last->started_at, true));
    if (first) page.episodes.push_back({*first, std::move(fixed)});
    if (!green) break;
    before = green->started_at;
  }
  if (page.episodes.empty()) return site_.remove(test_path(client, branch, test));
  return site_.put(test_path(client, branch, test), render(Template::test, test_view(farm_, *project, page)));
}

Status PageWriter::write_readiness(const ProjectId& project) {
  TRY_SET(const ProjectState* state, project_state(project));
  TRY_SET(auto branches, index_.branches_of(project));
  // Those of the summary first, in its order.
  std::stable_sort(branches.begin(), branches.end(), [&](const std::string& a, const std::string& b) {
    const auto& shown = state->branches;
    return std::find(shown.begin(), shown.end(), a) < std::find(shown.begin(), shown.end(), b);
  });
  if (branches.size() > most_tips) branches.resize(most_tips);
  std::vector<BranchTip> tips;
  for (const std::string& branch : branches) {
    BranchTip tip{branch, {}, {}};
    TRY_SET(const auto repository, index_.main_repository(project, branch));
    if (repository) {
      TRY_SET(const auto newest, index_.commits(project, branch, *repository, INT64_MIN, always, 1));
      if (!newest.empty()) tip.tip = newest.front();
    }
    if (tip.tip) {
      TRY_SET(tip.at_tip, index_.of_revision(project, branch, tip.tip->revision, of_a_commit));
    }
    tips.push_back(std::move(tip));
  }
  return site_.put(cat(project.text(), "/readiness.html"),
                   render(Template::readiness, readiness_view(farm_, *state, tips)));
}

}  // namespace testfarm
