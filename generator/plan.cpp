#include "generator/plan.hpp"

#include <algorithm>

namespace testfarm {
namespace {

Millis month_of(Millis at) {
  const CivilTime time = civil_time(at);
  return from_civil(time.year, time.month, 1);
}

Status plan_everything(Index& index, Plan& plan) {
  constexpr std::size_t page = 1000;
  TRY_SET(const auto projects, index.projects());
  for (const ProjectId& project : projects) {
    plan.summaries.insert(project);
    TRY_SET(const auto months, index.months(project));
    for (const Millis month : months) plan.months.emplace(project, month);
    std::string client;
    std::string execution;
    for (;;) {
      TRY_SET(const auto keys, index.executions_after(project, client, execution, page));
      plan.executions.insert(plan.executions.end(), keys.begin(), keys.end());
      if (keys.size() < page) break;
      client = keys.back().owner.client.text();
      execution = keys.back().execution.text();
    }
  }
  plan.farm = true;
  plan.everything = true;
  return {};
}

Status plan_execution(Index& index, const Due& due, bool others_too, Plan& plan) {
  TRY_SET(ProjectId project, ProjectId::parse(due.project));
  TRY_SET(ClientId client, ClientId::parse(due.client));
  TRY_SET(ExecutionId execution, ExecutionId::parse(due.execution));
  const ExecutionKey key{{project, std::move(client)}, std::move(execution)};
  plan.executions.push_back(key);
  if (!others_too) return {};
  TRY_SET(const auto row, index.execution(key));
  if (row) plan.months.emplace(project, month_of(row->summary.started_at));
  return {};
}

}  // namespace

Result<Plan> plan_pages(Index& index, const std::vector<Due>& due) {
  Plan plan;
  if (std::any_of(due.begin(), due.end(), [](const Due& d) { return d.kind == DueKind::everything; })) {
    TRY(plan_everything(index, plan));
    return plan;
  }
  std::set<std::pair<std::string, std::string>> clients;
  for (const Due& row : due) {
    if (row.kind != DueKind::client && row.kind != DueKind::project) continue;
    clients.emplace(row.project, row.client);
    TRY_SET(ProjectId project, ProjectId::parse(row.project));
    plan.summaries.insert(std::move(project));
    plan.farm = true;
  }
  for (const Due& row : due)
    if (row.kind == DueKind::execution)
      TRY(plan_execution(index, row, clients.contains({row.project, row.client}), plan));
  return plan;
}

}  // namespace testfarm
