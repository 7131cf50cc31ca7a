#include "generator/plan/retired_pages.hpp"

#include "store/index/branch_results.hpp"
#include "store/index/history.hpp"

namespace testfarm {
namespace {

// What a client failed with last on a branch, and before that: whose pages say who still has it.
Status add_branch(Index& index, const ClientKey& client, const std::string& branch,
                  std::vector<Page>& pages) {
  pages.push_back({.kind = PageKind::commits, .project = client.project.text(), .client = branch});
  TRY_SET(const auto last, BranchResults(index).judged(client, branch, 0, always, always, 2));
  for (const ExecutionHeader& execution : last) {
    TRY_SET(const auto row, index.execution_in_short(execution.key));
    if (!row) continue;
    for (const Failure& failure : row->summary.failures)
      pages.push_back({.kind = PageKind::failure,
                       .project = client.project.text(),
                       .client = branch,
                       .name = failure.fingerprint});
  }
  return {};
}

}  // namespace

Status add_retired_pages(Index& index, const ProjectId& project, std::vector<Page>& pages) {
  TRY_SET(const Retired retired, index.retired(project));
  if (retired.empty()) return {};
  TRY_SET(const auto clients, index.clients(project));
  for (const ClientRow& client : clients) {
    if (retired.clients.contains(client.key.client))
      pages.push_back(
          {.kind = PageKind::client, .project = project.text(), .client = client.key.client.text()});
    TRY_SET(const auto branches, History(index).branches(client.key));
    for (const std::string& branch : branches)
      if (retired.clients.contains(client.key.client) || retired.branches.contains(branch))
        TRY(add_branch(index, client.key, branch, pages));
  }
  return {};
}

Status add_returned_pages(Index& index, const ExecutionHeader& execution, std::vector<Page>& pages) {
  const ClientKey& client = execution.key.owner;
  TRY_SET(const Retired retired, index.retired(client.project));
  if (retired.empty()) return {};
  // Whoever came back before is back: only the first execution since then tells news.
  TRY_SET(const auto before, History(index).previous(execution));
  const bool client_back = retired.client_since(client.client, before ? before->started_at : 0) > 0;
  TRY_SET(const auto on_branch,
          BranchResults(index).of_branch(client, execution.branch, 0, execution.started_at, always, 1));
  const Millis last = on_branch.empty() ? 0 : on_branch.front().started_at;
  if (!client_back && retired.branch_since(execution.branch, last) == 0) return {};
  TRY_SET(const auto branches, History(index).branches(client));
  for (const std::string& branch : branches)
    if (client_back || branch == execution.branch) TRY(add_branch(index, client, branch, pages));
  return {};
}

}  // namespace testfarm
