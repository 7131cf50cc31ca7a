#include "generator/plan.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace testfarm {

template <>
const std::vector<std::string>& names_of<PageKind>() {
  static const std::vector<std::string> names{"execution", "live",    "commit",  "client", "day",
                                              "month",     "history", "project", "farm"};
  return names;
}

namespace {

Result<ExecutionKey> key_of(const Due& due) {
  TRY_SET(ProjectId project, ProjectId::parse(due.project));
  TRY_SET(ClientId client, ClientId::parse(due.client));
  TRY_SET(ExecutionId execution, ExecutionId::parse(due.execution));
  return ExecutionKey{{std::move(project), std::move(client)}, std::move(execution)};
}

Page day_page(const std::string& project, Millis at) {
  return {PageKind::day, project, {}, day_name(at), day_start(at)};
}

Page month_page(const std::string& project, Millis at) {
  return {PageKind::month, project, {}, month_name(at), month_start(at)};
}

// The pages before and after a day or month link to it: they are due where `only` is the first execution in
// it.
Status add_neighbours(Index& index, const Brief& only, Millis from, Millis to,
                      Page (*page)(const std::string&, Millis), std::vector<Page>& pages) {
  const ProjectId& project = only.key.owner.project;
  TRY_SET(const auto inside, index.between(project, from, to, 2));
  if (inside.size() > 1) return {};
  TRY_SET(const auto older, index.newest_before(project, from));
  TRY_SET(const auto newer, index.oldest_from(project, to));
  if (older) pages.push_back(page(project.text(), *older));
  if (newer) pages.push_back(page(project.text(), *newer));
  return {};
}

Status add_lists(Index& index, const Brief& brief, std::vector<Page>& pages) {
  const std::string& project = brief.key.owner.project.text();
  const Millis at = brief.started_at;
  if (names_a_file(brief.revision)) pages.push_back({PageKind::commit, project, {}, brief.revision, at});
  pages.push_back(day_page(project, at));
  pages.push_back(month_page(project, at));
  TRY(add_neighbours(index, brief, day_start(at), day_start(at) + day_ms, day_page, pages));
  TRY(add_neighbours(index, brief, month_start(at), next_month(at), month_page, pages));
  pages.push_back({PageKind::history, project, {}, {}, 0});
  pages.push_back({PageKind::farm, {}, {}, {}, 0});
  TRY_SET(const auto following, index.following(brief));
  if (following) pages.push_back(execution_page(*following));
  return {};
}

Status add_execution(Index& index, const Due& due, std::vector<Page>& pages) {
  TRY_SET(const ExecutionKey key, key_of(due));
  TRY_SET(const auto row, index.execution_in_short(key));
  if (!row) return {};
  const Summary& summary = row->summary;
  const Brief brief{key, summary.branch, summary.started_at, summary.progress,
                    summary.repositories.empty() ? "" : summary.repositories[0].revision};
  pages.push_back({PageKind::live, due.project, due.client, due.execution, brief.started_at});
  if (due.kind == DueKind::output) return {};
  pages.push_back(execution_page(brief));
  if (due.kind == DueKind::command) return {};
  pages.push_back({PageKind::client, due.project, due.client, {}, 0});
  pages.push_back({PageKind::project, due.project, {}, {}, 0});
  return due.kind == DueKind::task ? Status{} : add_lists(index, brief, pages);
}

}  // namespace

std::string day_name(Millis at) { return iso_time(at).substr(0, 10); }
Millis day_start(Millis at) { return at - at % day_ms; }

Millis month_start(Millis at) {
  const CivilTime time = civil_time(at);
  return from_civil(time.year, time.month, 1);
}

Millis next_month(Millis at) { return month_start(month_start(at) + 32 * day_ms); }

bool names_a_file(std::string_view revision) {
  const std::string_view digits = revision.substr(!revision.empty() && revision.front() == 'r' ? 1 : 0);
  return !digits.empty() && digits.size() <= 64 &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Page execution_page(const Brief& brief) {
  return {PageKind::execution, brief.key.owner.project.text(), brief.key.owner.client.text(),
          brief.key.execution.text(), brief.started_at};
}

PendingPage pending(const Page& page) {
  return {names_of<PageKind>()[static_cast<std::size_t>(page.kind)], page.project, page.client, page.name,
          page.at};
}

std::optional<Page> page_of(const PendingPage& pending) {
  const auto& names = names_of<PageKind>();
  const auto kind = std::find(names.begin(), names.end(), pending.kind);
  if (kind == names.end()) return std::nullopt;
  return Page{static_cast<PageKind>(kind - names.begin()), pending.project, pending.client, pending.name,
              pending.at};
}

Result<std::vector<Page>> pages_of(Index& index, const Due& change) {
  std::vector<Page> pages;
  switch (change.kind) {
    case DueKind::output:
    case DueKind::command:
    case DueKind::task:
    case DueKind::execution: TRY(add_execution(index, change, pages)); return pages;
    case DueKind::client: pages.push_back({PageKind::client, change.project, change.client, {}, 0}); break;
    case DueKind::project: pages.push_back({PageKind::history, change.project, {}, {}, 0}); break;
    case DueKind::everything: return pages;
  }
  pages.push_back({PageKind::project, change.project, {}, {}, 0});
  pages.push_back({PageKind::farm, {}, {}, {}, 0});
  return pages;
}

Result<std::vector<Page>> pages_closed_by(Index& index, const Brief& execution, Millis older) {
  std::vector<Page> pages{execution_page(execution)};
  const ProjectId& project = execution.key.owner.project;
  const Millis at = execution.started_at;
  if (execution.progress == Progress::running) {
    pages.push_back(pages.front());
    pages.back().kind = PageKind::live;
  }
  if (names_a_file(execution.revision)) {
    TRY_SET(const auto oldest, index.oldest_of_revision(project, execution.revision));
    if (oldest && oldest->key == execution.key)
      pages.push_back({PageKind::commit, project.text(), {}, execution.revision, at});
  }
  if (older < day_start(at)) pages.push_back(day_page(project.text(), at));
  if (older < month_start(at)) pages.push_back(month_page(project.text(), at));
  return pages;
}

Result<std::vector<Page>> standing_pages(Index& index) {
  std::vector<Page> pages;
  TRY_SET(const auto projects, index.projects());
  for (const ProjectId& project : projects) {
    TRY_SET(const auto clients, index.clients(project));
    for (const ClientRow& client : clients)
      pages.push_back({PageKind::client, project.text(), client.key.client.text(), {}, 0});
    pages.push_back({PageKind::history, project.text(), {}, {}, 0});
    pages.push_back({PageKind::project, project.text(), {}, {}, 0});
  }
  pages.push_back({PageKind::farm, {}, {}, {}, 0});
  return pages;
}

}  // namespace testfarm
