#include "store/index/follow_names.hpp"

#include "base/text.hpp"
#include "store/index/due.hpp"

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
    TRY(index.database().run(concat("UPDATE OR REPLACE ", table, " SET project = ? WHERE project = ?"),
                             {now.text(), before.text()}));
  return {};
}

Status rename_client_rows(Index& index, const ClientKey& before, const ClientId& now) {
  TRY(forget_pages(index, before.project));
  for (const char* table : {"clients", "executions", "days", "failures", "failed_tests"})
    TRY(index.database().run(
        concat("UPDATE OR REPLACE ", table, " SET client = ? WHERE project = ? AND client = ?"),
        {now.text(), before.project.text(), before.client.text()}));
  return {};
}

Result<bool> rename_rows(Index& index, const FarmNames& names) {
  bool any = false;
  TRY_SET(const auto projects, index.projects());
  for (const ProjectId& project : projects) {
    const ProjectId now = names.now(project);
    if (now != project) TRY(rename_project_rows(index, project, now));
    any = any || now != project;
    TRY_SET(const auto clients, index.clients(now));
    for (const ClientRow& client : clients) {
      const ClientKey called = names.now(client.key);
      if (called == client.key) continue;
      TRY(rename_client_rows(index, client.key, called.client));
      any = true;
    }
  }
  return any;
}

}  // namespace

Result<bool> follow_names(Index& index, const FarmNames& names) {
  if (names.empty()) return false;
  TRY_SET(Transaction transaction, index.begin());
  TRY_SET(const bool any, rename_rows(index, names));
  if (any) TRY(DueList(index).mark_due(DueKind::everything));
  TRY(transaction.commit());
  return any;
}

}  // namespace testfarm
