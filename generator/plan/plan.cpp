#include "generator/plan/plan.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "analysis/failure_news.hpp"
#include "generator/plan/project_pages.hpp"
#include "generator/plan/retired_pages.hpp"
#include "generator/site/calendar.hpp"
#include "generator/site/paths.hpp"
#include "store/index/branch_results.hpp"
#include "store/index/commits.hpp"
#include "store/index/failed_tests.hpp"
#include "store/index/failures.hpp"
#include "store/index/history.hpp"

namespace testfarm {

namespace {

Result<ExecutionKey> key_of(const Due& due) {
  TRY_SET(ProjectId project, ProjectId::parse(due.project));
  TRY_SET(ClientId client, ClientId::parse(due.client));
  TRY_SET(ExecutionId execution, ExecutionId::parse(due.execution));
  return ExecutionKey{{std::move(project), std::move(client)}, std::move(execution)};
}

Page day_page(const std::string& project, Millis at) {
  return {.kind = PageKind::day, .project = project, .name = day_name(at), .at = day_start(at)};
}

Page month_page(const std::string& project, Millis at) {
  return {.kind = PageKind::month, .project = project, .name = month_name(at), .at = month_start(at)};
}

// The pages before and after a day or month link to it: they are due where `only` is the first execution in
// it.
Status add_neighbours(Index& index, const ExecutionHeader& only, Millis from, Millis to,
                      Page (*page)(const std::string&, Millis), std::vector<Page>& pages) {
  const ProjectId& project = only.key.owner.project;
  TRY_SET(const auto inside, History(index).between(project, from, to, 2));
  if (inside.size() > 1) return {};
  TRY_SET(const auto older, History(index).newest_before(project, from));
  TRY_SET(const auto newer, History(index).oldest_from(project, to));
  if (older) pages.push_back(page(project.text(), *older));
  if (newer) pages.push_back(page(project.text(), *newer));
  return {};
}

constexpr std::size_t most_failures_asked = 2000;
constexpr std::size_t most_failure_rows = 20'000;
constexpr std::size_t most_raced = 20;

// Of the failures since the client's last good execution those of which this one tells news.
Result<std::vector<std::string>> news_of(Index& index, Storyteller& teller, const ExecutionHeader& header,
                                         const Summary& summary) {
  std::vector<std::string> news;
  if (!header.has_verdict()) return news;
  const ClientKey& client = header.key.owner;
  TRY_SET(const auto passed,
          BranchResults(index).passed_before(client, header.branch, header.started_at, always));
  const Millis from = passed ? passed->started_at : 0;
  TRY_SET(const auto before,
          BranchResults(index).judged(client, header.branch, from, header.started_at, always, 1));
  const auto previous = before.empty() ? std::nullopt : std::optional(before.front());
  // What passes ends all of them, however many they are.
  const bool all = header.progress == Progress::passed;
  TRY_SET(const auto fingerprints, Failures(index).fingerprints(client, header.branch, from, always,
                                                                all ? SIZE_MAX / 2 : most_failures_asked,
                                                                all ? SIZE_MAX / 2 : most_failure_rows));
  for (std::size_t i = 0; i < fingerprints.size(); ++i) {
    bool told = i >= most_failures_asked;
    if (!told && summary.failure(fingerprints[i]) != nullptr) {
      TRY_SET(const auto part, teller.client_history(client, header.branch, fingerprints[i], always));
      TRY_SET(told, part ? is_news(index, *part, fingerprints[i], header.key) : Result<bool>(false));
    } else if (!told) {
      TRY_SET(told, teller.mends(header, previous, fingerprints[i]));
    }
    if (told) news.push_back(fingerprints[i]);
  }
  return news;
}

Status add_failures(Index& index, const ExecutionHeader& header, const Summary& summary,
                    std::vector<Page>& pages) {
  const std::string& project = header.key.owner.project.text();
  Storyteller teller(index);
  TRY_SET(const auto news, news_of(index, teller, header, summary));
  for (const std::string& fingerprint : news)
    pages.push_back(
        {.kind = PageKind::failure, .project = project, .client = header.branch, .name = fingerprint});
  // Whoever the farm heard of later was told as of a time when this was not known yet. Mostly there is
  // nobody: a tick sees ends in their order, but for those that come while it looks.
  if (header.ended_at == 0) return {};
  TRY_SET(const auto later, BranchResults(index).heard_after(header.key.owner.project, header.branch,
                                                             header.ended_at, most_raced));
  for (const ExecutionHeader& execution : later) {
    if (execution.progress == Progress::failed) pages.push_back(execution_page(execution));
    if (names_a_file(execution.revision))
      pages.push_back({.kind = PageKind::commit,
                       .project = project,
                       .name = execution.revision,
                       .at = execution.started_at});
    TRY_SET(const auto row, index.execution_in_short(execution.key));
    if (!row) continue;
    TRY_SET(const auto besides, news_of(index, teller, execution, row->summary));
    for (const std::string& fingerprint : besides)
      pages.push_back(
          {.kind = PageKind::failure, .project = project, .client = header.branch, .name = fingerprint});
  }
  return {};
}

// The tests whose verdict changed with this execution: those that fail here and not in the executions with
// results before and after it, or there and not here.
Status add_tests(Index& index, const ExecutionHeader& header, const Summary& summary,
                 std::vector<Page>& pages) {
  if (header.tests == 0 || !header.has_verdict()) return {};
  const ClientKey& client = header.key.owner;
  pages.push_back({.kind = PageKind::tests,
                   .project = client.project.text(),
                   .client = client.client.text(),
                   .name = header.branch});
  pages.push_back({.kind = PageKind::matrix, .project = client.project.text(), .client = header.branch});
  std::map<std::string, int> seen;
  int executions = 1;
  for (const std::string& test :
       std::set<std::string>(summary.failed_tests.begin(), summary.failed_tests.end()))
    ++seen[test];
  for (const bool later : {false, true}) {
    TRY_SET(const auto other, FailedTests(index).with_tests(client, header.branch, header.started_at, later));
    if (!other) continue;
    TRY_SET(const auto row, index.execution_in_short(other->key));
    if (!row) continue;
    ++executions;
    const auto& failed = row->summary.failed_tests;
    for (const std::string& test : std::set<std::string>(failed.begin(), failed.end())) ++seen[test];
  }
  for (const auto& [test, times] : seen)
    if (times < executions || executions == 1)
      pages.push_back({.kind = PageKind::test,
                       .project = client.project.text(),
                       .client = client.client.text(),
                       .name = test_name(header.branch, test)});
  return {};
}

// The newest commits, and the months of those that this execution tested or told of.
Status add_commits(Index& index, const ExecutionHeader& header, const Summary& summary,
                   std::vector<Page>& pages) {
  const ProjectId& project = header.key.owner.project;
  pages.push_back({.kind = PageKind::commits, .project = project.text()});
  pages.push_back({.kind = PageKind::commits, .project = project.text(), .client = header.branch});
  if (summary.repositories.empty()) return {};
  const RepositorySummary& first = summary.repositories[0];
  std::set<std::string> revisions{first.revision};
  for (const Change& change : first.listed_changes) revisions.insert(change.revision);
  std::set<Millis> months;
  for (const std::string& revision : revisions) {
    TRY_SET(const auto commit, Commits(index).commit(project, header.branch, first.name, revision));
    if (commit) months.insert(month_start(commit->at));
  }
  for (const Millis month : months)
    pages.push_back({.kind = PageKind::commits,
                     .project = project.text(),
                     .client = header.branch,
                     .name = month_name(month),
                     .at = month});
  return {};
}

// What readers look for: three files at most, one of revisions and two of tests.
void add_search(const ExecutionHeader& header, const Summary& summary, std::vector<Page>& pages) {
  std::set<std::string> letters;
  if (names_a_file(header.revision)) letters.insert(search_letter_of_revision(header.revision));
  for (const std::string& test : summary.failed_tests) letters.insert(search_letter_of_test(test));
  for (const std::string& letter : letters)
    pages.push_back({.kind = PageKind::search, .project = header.key.owner.project.text(), .name = letter});
}

// An execution that is not the newest changed: it came late, or its log has expired. What was made from its
// output says something else then: those that failed since it passed are compared with it, pages of failures
// quote it, and those of tests tell how long they took in it.
Status add_dependent(Index& index, const ExecutionHeader& header, const Summary& summary,
                     std::vector<Page>& pages) {
  constexpr std::size_t most_compared = 200;
  constexpr std::size_t most_tests = 2000;
  const ClientKey& client = header.key.owner;
  const std::string& project = client.project.text();
  if (header.progress == Progress::passed) {
    TRY_SET(const auto later, BranchResults(index).judged_from(client, header.branch, header.started_at + 1,
                                                               always, most_compared));
    for (const ExecutionHeader& execution : later) {
      if (execution.progress == Progress::passed) break;
      pages.push_back(execution_page(execution));
    }
  }
  for (const Failure& failure : summary.failures)
    pages.push_back({.kind = PageKind::failure,
                     .project = project,
                     .client = header.branch,
                     .name = failure.fingerprint});
  if (header.tests == 0) return {};
  TRY_SET(const auto failed, FailedTests(index).failed_tests(client, header.branch, 0, most_tests));
  std::set<std::string> tests;
  for (const FailedTest& test : failed)
    if (tests.insert(test.test).second)
      pages.push_back({.kind = PageKind::test,
                       .project = project,
                       .client = client.client.text(),
                       .name = test_name(header.branch, test.test)});
  return {};
}

Status add_lists(Index& index, const ExecutionHeader& header, const Summary& summary,
                 std::vector<Page>& pages) {
  const std::string& project = header.key.owner.project.text();
  const Millis at = header.started_at;
  if (names_a_file(header.revision))
    pages.push_back({.kind = PageKind::commit, .project = project, .name = header.revision, .at = at});
  pages.push_back(day_page(project, at));
  pages.push_back(month_page(project, at));
  TRY(add_neighbours(index, header, day_start(at), day_start(at) + day_ms, day_page, pages));
  TRY(add_neighbours(index, header, month_start(at), next_month(at), month_page, pages));
  pages.push_back({.kind = PageKind::history, .project = project});
  pages.push_back({.kind = PageKind::farm});
  // They link to each other.
  TRY_SET(const auto previous, History(index).previous(header));
  if (previous) pages.push_back(execution_page(*previous));
  TRY_SET(const auto following, History(index).following(header));
  if (following) {
    pages.push_back(execution_page(*following));
    TRY(add_dependent(index, header, summary, pages));
  }
  pages.push_back({.kind = PageKind::readiness, .project = project});
  pages.push_back({.kind = PageKind::failures, .project = project});
  add_search(header, summary, pages);
  TRY(add_commits(index, header, summary, pages));
  TRY(add_returned_pages(index, header, pages));
  TRY(add_failures(index, header, summary, pages));
  return add_tests(index, header, summary, pages);
}

Status add_execution(Index& index, const Due& due, std::vector<Page>& pages) {
  TRY_SET(const ExecutionKey key, key_of(due));
  TRY_SET(const auto row, index.execution(key));
  if (!row) return {};
  const Summary& summary = row->summary;
  const ExecutionHeader header = header_of(*row);
  pages.push_back({.kind = PageKind::live,
                   .project = due.project,
                   .client = due.client,
                   .name = due.execution,
                   .at = header.started_at});
  if (due.kind == DueKind::output) return {};
  pages.push_back(execution_page(header));
  if (due.kind == DueKind::command) return {};
  pages.push_back({.kind = PageKind::client, .project = due.project, .client = due.client});
  pages.push_back({.kind = PageKind::project, .project = due.project});
  return due.kind == DueKind::task ? Status{} : add_lists(index, header, summary, pages);
}

}  // namespace

Result<std::vector<Page>> pages_of(Index& index, const Due& change) {
  std::vector<Page> pages;
  switch (change.kind) {
    case DueKind::output:
    case DueKind::command:
    case DueKind::task:
    case DueKind::execution: TRY(add_execution(index, change, pages)); return pages;
    case DueKind::client:
      pages.push_back({.kind = PageKind::client, .project = change.project, .client = change.client});
      pages.push_back({.kind = PageKind::readiness, .project = change.project});
      break;
    case DueKind::project:
      TRY(add_project_pages(index, change, pages));
      pages.push_back({.kind = PageKind::farm});
      return pages;
    case DueKind::everything: return pages;
  }
  pages.push_back({.kind = PageKind::project, .project = change.project});
  pages.push_back({.kind = PageKind::farm});
  return pages;
}

// The pages of failures and tests of which the execution is the oldest to have them.
static Status add_stories_closed_by(Index& index, const ExecutionHeader& execution,
                                    std::vector<Page>& pages) {
  if (execution.progress != Progress::failed) return {};
  const ClientKey& client = execution.key.owner;
  TRY_SET(const auto row, index.execution_in_short(execution.key));
  if (!row) return {};
  for (const Failure& failure : row->summary.failures) {
    TRY_SET(const auto first,
            Failures(index).first_occurrence(client.project, execution.branch, failure.fingerprint, always));
    if (first && first->execution == execution.key.execution && first->client == client.client)
      pages.push_back({.kind = PageKind::failure,
                       .project = client.project.text(),
                       .client = execution.branch,
                       .name = failure.fingerprint});
  }
  for (const std::string& test : row->summary.failed_tests) {
    TRY_SET(const auto first, FailedTests(index).first_failure_of_test(client, execution.branch, test));
    if (first && first->execution == execution.key.execution)
      pages.push_back({.kind = PageKind::test,
                       .project = client.project.text(),
                       .client = client.client.text(),
                       .name = test_name(execution.branch, test)});
  }
  return {};
}

Result<std::vector<Page>> pages_closed_by(Index& index, const ExecutionHeader& execution, Millis older) {
  std::vector<Page> pages{execution_page(execution)};
  const ProjectId& project = execution.key.owner.project;
  const Millis at = execution.started_at;
  if (execution.progress == Progress::running) {
    pages.push_back(pages.front());
    pages.back().kind = PageKind::live;
  }
  if (names_a_file(execution.revision)) {
    TRY_SET(const auto oldest, History(index).oldest_of_revision(project, execution.revision));
    if (oldest && oldest->key == execution.key)
      pages.push_back(
          {.kind = PageKind::commit, .project = project.text(), .name = execution.revision, .at = at});
  }
  TRY(add_stories_closed_by(index, execution, pages));
  if (older < day_start(at)) pages.push_back(day_page(project.text(), at));
  if (older < month_start(at)) pages.push_back(month_page(project.text(), at));
  return pages;
}

}  // namespace testfarm
