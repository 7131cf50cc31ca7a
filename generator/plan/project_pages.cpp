#include "generator/plan/project_pages.hpp"

#include <algorithm>

#include "generator/plan/retired_pages.hpp"
#include "store/index/history.hpp"

namespace testfarm {

// Its file says which branch is the default one, and pages of commits say what fails.
Status add_project_pages(Index& index, const Due& change, std::vector<Page>& pages) {
  TRY_SET(const ProjectId project, ProjectId::parse(change.project));
  TRY_SET(const auto projects, index.projects());
  if (std::find(projects.begin(), projects.end(), project) == projects.end()) return {};
  const auto add = [&](PageKind kind, const std::string& what) {
    pages.push_back({.kind = kind, .project = change.project, .client = what});
  };
  for (const PageKind kind :
       {PageKind::history, PageKind::readiness, PageKind::commits, PageKind::failures, PageKind::project})
    add(kind, {});
  TRY_SET(const auto clients, index.clients(project));  // their badges are of the default branch
  for (const ClientRow& client : clients) add(PageKind::client, client.key.client.text());
  TRY_SET(const auto branches, History(index).branches_of(project));
  for (const std::string& branch : branches) add(PageKind::commits, branch);
  return add_retired_pages(index, project, pages);
}

}  // namespace testfarm
