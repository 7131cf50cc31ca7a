#include "store/index/follow_names.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "store/index/due.hpp"
#include "store/index/rebuild.hpp"

namespace testfarm {
namespace {

// What is due says itself by names of before; everything is, afterwards.
Status forget_pages(Index& index, const ProjectId& project) {
  for (const char* table : {"due", "pages", "sweeps"})
    TRY(index.database().run(concat("DELETE FROM ", table, " WHERE project = ?"), {project.text()}));
  return {};
}

Status rename_project_rows(Index& index, const ProjectId& before, const ProjectId& now) {
  TRY(forget_pages(index, before));
  for (const char* table :
       {"projects", "clients", "executions", "days", "failures", "failed_tests", "commits"})
    TRY(index.database().run(concat("UPDATE ", table, " SET project = ? WHERE project = ?"),
                             {now.text(), before.text()}));
  return {};
}

Status rename_client_rows(Index& index, const ClientKey& before, const ClientId& now) {
  TRY(forget_pages(index, before.project));
  for (const char* table : {"clients", "executions", "days", "failures", "failed_tests"})
    TRY(index.database().run(concat("UPDATE ", table, " SET client = ? WHERE project = ? AND client = ?"),
                             {now.text(), before.project.text(), before.client.text()}));
  return {};
}

template <typename All, typename One>
bool has(const All& all, const One& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

struct Followed {
  bool any = false;
  std::set<ProjectId>
      doubtful;  // rows by both names: a program that knew only the one of before has run since
};

Status rename_clients(Index& index, const FarmNames& names, const ProjectId& project, Followed& followed) {
  TRY_SET(const auto rows, index.clients(project));
  std::vector<ClientKey> clients;
  for (const ClientRow& row : rows) clients.push_back(row.key);
  for (const ClientKey& client : clients) {
    const ClientKey now = names.now(client);
    if (now == client) continue;
    followed.any = true;
    if (has(clients, now))
      followed.doubtful.insert(project);
    else
      TRY(rename_client_rows(index, client, now.client));
  }
  return {};
}

Result<Followed> rename_rows(Index& index, const FarmNames& names) {
  Followed followed;
  TRY_SET(const auto projects, index.projects());
  for (const ProjectId& project : projects) {
    const ProjectId now = names.now(project);
    if (now != project) {
      followed.any = true;
      if (has(projects, now))
        followed.doubtful.insert({project, now});
      else
        TRY(rename_project_rows(index, project, now));
    }
    if (!followed.doubtful.contains(now)) TRY(rename_clients(index, names, now, followed));
  }
  return followed;
}

}  // namespace

Status follow_names(const Layout& layout, Index& index) {
  if (layout.names().empty()) return {};
  Followed followed;
  {
    TRY_SET(Transaction transaction, index.begin());
    TRY_SET(followed, rename_rows(index, layout.names()));
    if (followed.any) TRY(DueList(index).mark_due(DueKind::everything));
    TRY(transaction.commit());
  }
  for (const ProjectId& project : followed.doubtful)
    TRY(layout.names().now(project) == project
            ? read_project_again(layout, index, project, [](const RebuildProgress&) {})
            : forget_project(index, project));
  return {};
}

}  // namespace testfarm
