#include "generator/plan/standing_pages.hpp"

#include <set>
#include <string_view>

#include "generator/site/calendar.hpp"
#include "generator/site/paths.hpp"
#include "store/index/commits.hpp"
#include "store/index/failed_tests.hpp"
#include "store/index/history.hpp"

namespace testfarm {
namespace {

Status add_commit_pages(Index& index, const ProjectId& project, const std::string& branch,
                        std::vector<Page>& pages) {
  pages.push_back({.kind = PageKind::commits, .project = project.text(), .client = branch});
  TRY_SET(const auto repository, Commits(index).main_repository(project, branch));
  if (!repository) return {};
  for (Millis before = always;;) {
    TRY_SET(const auto newest, Commits(index).commits(project, branch, *repository, INT64_MIN, before, 1));
    if (newest.empty()) return {};
    before = month_start(newest.front().at);
    pages.push_back({.kind = PageKind::commits,
                     .project = project.text(),
                     .client = branch,
                     .name = month_name(before),
                     .at = before});
  }
}

// Of all letters, also where there is nothing yet: a browser that asks finds an answer.
void add_search_pages(const ProjectId& project, std::vector<Page>& pages) {
  const auto add = [&](const std::string& letter) {
    pages.push_back({.kind = PageKind::search, .project = project.text(), .name = letter});
  };
  for (const char first : std::string_view("0123456789abcdefr"))
    add(search_letter_of_revision(std::string(1, first)));
  for (const char* name : {"a", "z"}) add(search_letter_of_test(name));
}

}  // namespace

Result<std::vector<Page>> standing_pages(Index& index) {
  std::vector<Page> pages;
  TRY_SET(const auto projects, index.projects());
  for (const ProjectId& project : projects) {
    TRY_SET(const auto clients, index.clients(project));
    std::set<std::string> with_tests;
    for (const ClientRow& client : clients) {
      pages.push_back(
          {.kind = PageKind::client, .project = project.text(), .client = client.key.client.text()});
      TRY_SET(const auto branches, History(index).branches(client.key));
      for (const std::string& branch : branches) {
        TRY_SET(const auto tested, FailedTests(index).with_tests(client.key, branch, always, false));
        if (!tested) continue;
        with_tests.insert(branch);
        pages.push_back({.kind = PageKind::tests,
                         .project = project.text(),
                         .client = client.key.client.text(),
                         .name = branch});
      }
    }
    for (const std::string& branch : with_tests)
      pages.push_back({.kind = PageKind::matrix, .project = project.text(), .client = branch});
    TRY_SET(const auto branches, History(index).branches_of(project));
    for (const std::string& branch : branches) TRY(add_commit_pages(index, project, branch, pages));
    pages.push_back({.kind = PageKind::commits, .project = project.text()});
    pages.push_back({.kind = PageKind::readiness, .project = project.text()});
    pages.push_back({.kind = PageKind::failures, .project = project.text()});
    pages.push_back({.kind = PageKind::history, .project = project.text()});
    pages.push_back({.kind = PageKind::project, .project = project.text()});
    add_search_pages(project, pages);
  }
  pages.push_back({.kind = PageKind::farm});
  return pages;
}

}  // namespace testfarm
