#include "generator/pages/page_writer.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "generator/html/render.hpp"
#include "generator/pages/failure.hpp"
#include "generator/pages/feeds.hpp"
#include "generator/pages/live.hpp"
#include "generator/pages/raw_text.hpp"
#include "generator/pages/site_json.hpp"
#include "store/log/expired_list.hpp"

namespace testfarm {
namespace {

constexpr std::size_t newest_executions = 300;  // on the first history page
constexpr Millis newest_span = 31 * day_ms;
constexpr std::size_t month_executions = 300;  // more, and a month shows counts
constexpr std::size_t day_part = 400;          // executions of one page of a day
constexpr std::size_t months_named = 12;
constexpr std::size_t of_commit = 500;

}  // namespace

Result<const ProjectConfig*> PageWriter::project_config(const ProjectId& project) {
  if (const auto known = projects_.find(project); known != projects_.end()) return &known->second;
  TRY_SET(ProjectConfig config, read_project_config(layout_, project));
  return &projects_.emplace(project, std::move(config)).first->second;
}

Result<const ClientConfig*> PageWriter::client_config(const ClientKey& key) {
  if (const auto known = clients_.find(key); known != clients_.end()) return &known->second;
  TRY_SET(ClientConfig config, read_client_config(layout_, key));
  return &clients_.emplace(key, std::move(config)).first->second;
}

Result<const ProjectState*> PageWriter::project_state(const ProjectId& project) {
  if (const auto known = states_.find(project); known != states_.end()) return &known->second;
  TRY_SET(ProjectState state, read_project_state(layout_, index_, project));
  return &states_.emplace(project, std::move(state)).first->second;
}

Status PageWriter::write(const Page& page) {
  if (page.kind == PageKind::farm) return write_farm();
  TRY_SET(const ProjectId project, ProjectId::parse(page.project));
  switch (page.kind) {
    case PageKind::commit: return write_commit(project, page.name);
    case PageKind::commits: return write_commits(project, page.client, page.name);
    case PageKind::readiness: return write_readiness(project);
    case PageKind::failure: return write_failure(project, page.client, page.name);
    case PageKind::day: return write_day(project, day_start(page.at));
    case PageKind::month: return write_month(project, month_start(page.at));
    case PageKind::history: return write_history(project);
    case PageKind::project: return write_project(project);
    default: break;
  }
  TRY_SET(const ClientId client, ClientId::parse(page.client));
  if (page.kind == PageKind::client) return write_client({project, client});
  if (page.kind == PageKind::tests) return write_tests({project, client}, page.name);
  if (page.kind == PageKind::test) {
    const auto [branch, test] = branch_and_test(page.name);
    return write_test({project, client}, branch, test);
  }
  TRY_SET(const ExecutionId execution, ExecutionId::parse(page.name));
  const ExecutionKey key{{project, client}, execution};
  return page.kind == PageKind::live ? write_live(key) : write_execution(key);
}

void PageWriter::sweep(const Brief& execution, Millis older, std::vector<Unwritten>& failures) {
  const auto pages = pages_closed_by(index_, execution, older);
  if (!pages) {
    failures.push_back({execution_page(execution), pages.error()});
    return;
  }
  for (const Page& page : *pages)
    if (auto written = write(page); !written) failures.push_back({page, std::move(written).error()});
}

Status PageWriter::write_execution(const ExecutionKey& key) {
  TRY_SET(auto row, index_.execution_in_short(key));
  if (!row) return {};
  TRY_SET(const ProjectConfig* project, project_config(key.owner.project));
  TRY_SET(const ClientConfig* client, client_config(key.owner));
  auto document = read_document(layout_, key);
  if (!document && document.error().kind != ErrorKind::not_found) return fail(std::move(document).error());
  const Brief brief{key, row->summary.branch, row->summary.started_at, row->summary.progress, {}};
  ExecutionPage page{*std::move(row), document ? &*document : nullptr, {}, {}, *client, {}};
  TRY_SET(page.judgements, judge(page.row));
  TRY_SET(page.previous, index_.previous(brief));
  if (!document) {
    TRY_SET(const auto day, expired_on(layout_, key));
    page.expired_on = day.value_or("");
  }
  // The raw text before the page that links to it; it is whole only when the execution has ended.
  if (document && page.row.summary.ended()) TRY(site_.put_as_is(raw_path(key), raw_text(*document)));
  TRY(site_.put(execution_path(key), render(Template::execution, execution_view(farm_, *project, page))));
  if (!page.judgements.empty())
    TRY(site_.put(judgement_path(key), execution_json(page.row, page.judgements)));
  return document ? Status{} : site_.remove(raw_path(key));
}

Status PageWriter::write_live(const ExecutionKey& key) {
  TRY_SET(const auto row, index_.execution_in_short(key));
  if (!row || row->summary.ended()) {
    TRY(site_.remove(live_path(key)));
    return site_.remove(live_text_path(key));
  }
  TRY_SET(const LiveTail tail, read_live_tail(layout_, key));
  TRY(site_.put(live_text_path(key), live_text(row->summary, tail)));
  return site_.put(live_path(key), live_json(row->summary, tail));
}

Status PageWriter::write_commit(const ProjectId& project, const std::string& revision) {
  TRY_SET(const auto executions, index_.of_revision(project, revision, of_commit));
  if (executions.empty()) return {};
  return site_.put(cat(project.text(), "/commit/", revision, ".json"),
                   commit_json(project, revision, executions));
}

Status PageWriter::write_client(const ClientKey& key) {
  TRY_SET(const ProjectConfig* project, project_config(key.project));
  TRY_SET(const ProjectState* state, project_state(key.project));
  const auto client = std::find_if(state->clients.begin(), state->clients.end(),
                                   [&](const ClientOverview& c) { return c.key == key; });
  if (client == state->clients.end()) return {};
  ClientPage page{*client, {}, {}, {}};
  for (const BranchState& branch : client->branches) {
    TRY_SET(const auto tested, index_.with_tests(key, branch.branch, always, false));
    if (tested) page.tested.push_back(branch.branch);
  }
  TRY_SET(page.recent, index_.latest_rows(key, recent_of_client));
  const auto known = read_client_register(layout_, key);
  if (known) page.notes = known->notes;
  const std::string directory = cat(key.project.text(), '/', key.client.text(), '/');
  TRY(site_.put(directory + "stats.json", stats_json(page)));
  TRY(site_.put(directory + "badge.svg", client_badge(page.client)));
  return site_.put(directory + "index.html", render(Template::client, client_view(farm_, *project, page)));
}

Status PageWriter::put_history(const ProjectId& project, const HistoryPage& page, const std::string& path) {
  TRY_SET(const ProjectConfig* config, project_config(project));
  return site_.put(path, render(Template::history, history_view(farm_, project, *config, page)));
}

Status PageWriter::write_day(const ProjectId& project, Millis day) {
  TRY_SET(const auto all, index_.between(project, day, day + day_ms, SIZE_MAX / 2));
  HistoryPage page{HistoryPage::Span::day, day, {}, {}, 1, {}, false, {}, {}, {}};
  page.parts = std::max<std::size_t>((all.size() + day_part - 1) / day_part, 1);
  TRY_SET(page.older, index_.newest_before(project, day));
  TRY_SET(page.newer, index_.oldest_from(project, day + day_ms));
  // Parts count from the oldest, so that only the last one changes as a day goes on.
  for (page.part = 1; page.part <= page.parts; ++page.part) {
    const std::size_t until = all.size() - std::min(all.size(), (page.part - 1) * day_part);
    const std::size_t from = until - std::min(until, day_part);
    page.executions.assign(all.begin() + static_cast<std::ptrdiff_t>(from),
                           all.begin() + static_cast<std::ptrdiff_t>(until));
    TRY(put_history(project, page, day_path(project, day, page.part)));
  }
  return site_.put(cat(project.text(), "/history/", day_name(day), ".json"),
                   history_json(project, all, false, {}));
}

Status PageWriter::write_month(const ProjectId& project, Millis month) {
  const Millis end = next_month(month);
  HistoryPage page{HistoryPage::Span::month, month, {}, {}, 1, 1, false, {}, {}, {}};
  TRY_SET(page.executions, index_.between(project, month, end, month_executions + 1));
  if (page.executions.size() > month_executions) {
    page.executions.clear();
    TRY_SET(page.counts, index_.days(project, month, end));
  }
  TRY_SET(page.older, index_.newest_before(project, month));
  TRY_SET(page.newer, index_.oldest_from(project, end));
  return put_history(project, page, history_path(project, month));
}

Status PageWriter::write_history(const ProjectId& project) {
  HistoryPage page;
  TRY_SET(page.executions, index_.between(project, 0, INT64_MAX, newest_executions));
  if (!page.executions.empty()) {
    const Millis since = day_start(page.executions.front().started_at) + day_ms - newest_span;
    std::erase_if(page.executions, [&](const Brief& brief) { return brief.started_at < since; });
    const Brief& last = page.executions.back();
    TRY_SET(const auto older,
            index_.older_than(
                {project, last.started_at, last.key.owner.client.text(), last.key.execution.text()}, 1));
    page.more = !older.empty();
  }
  Millis before = INT64_MAX;
  while (page.months.size() < months_named) {
    TRY_SET(const auto newest, index_.newest_before(project, before));
    if (!newest) break;
    before = month_start(*newest);
    page.months.push_back(before);
  }
  TRY_SET(const ProjectConfig* config, project_config(project));
  std::string html = render(Template::history, history_view(farm_, project, *config, page));
  const std::string stamp = stamp_page(html);
  TRY(site_.put(history_path(project), html));
  return site_.put(project.text() + "/history.json",
                   history_json(project, page.executions, page.more, stamp));
}

Status PageWriter::write_project(const ProjectId& project) {
  TRY_SET(const ProjectState* state, project_state(project));
  const std::string directory = project.text() + '/';
  std::string html = render(Template::summary, summary_view(farm_, *state));
  const std::string page = stamp_page(html);
  TRY(site_.put(directory + "index.html", html));
  TRY(site_.put(directory + "feed.atom", feed_atom(farm_, {state})));
  TRY(site_.put(directory + "cctray.xml", cctray_xml(farm_, {state})));
  TRY(site_.put(directory + "badge.svg", project_badge(*state)));
  return site_.put(directory + "summary.json", summary_json(farm_, *state, page));
}

Status PageWriter::write_farm() {
  TRY_SET(const auto ids, index_.projects());
  std::vector<ProjectState> states;
  std::vector<const ProjectState*> all;
  for (const ProjectId& id : ids) {
    TRY_SET(const ProjectState* state, project_state(id));
    states.push_back(*state);
    all.push_back(state);
  }
  std::string html = render(Template::farm, farm_view(farm_, states));
  const std::string page = stamp_page(html);
  TRY(site_.put("index.html", html));
  TRY(site_.put("feed.atom", feed_atom(farm_, all)));
  TRY(site_.put("cctray.xml", cctray_xml(farm_, all)));
  return site_.put("farm.json", farm_json(farm_, all, page));
}

}  // namespace testfarm
