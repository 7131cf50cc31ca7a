#include "generator/pages/history.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "generator/html/escape.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/frame.hpp"
#include "generator/pages/site_json.hpp"
#include "generator/site/calendar.hpp"
#include "generator/site/paths.hpp"
#include "store/index/history.hpp"

namespace testfarm {
namespace {

constexpr std::size_t newest_executions = 300;  // on the first history page
constexpr Millis newest_span = 31 * day_ms;
constexpr std::size_t month_executions = 300;  // more, and a month shows counts
constexpr std::size_t day_part = 400;          // executions of one page of a day
constexpr std::size_t months_named = 12;

struct HistoryPage {
  enum class Span : std::uint8_t { newest, month, day };
  Span span = Span::newest;
  Millis from = 0;                          // midnight of the month's or day's first day
  std::vector<ExecutionHeader> executions;  // newest first; of a month with too many, none
  std::vector<DayCount> counts;             // of a month with too many
  std::size_t part = 1;                     // of a day with too many, from 1, oldest first
  std::size_t parts = 1;
  bool more = false;            // of the newest: there are older ones
  std::optional<Millis> older;  // a moment in the month or day before, and after
  std::optional<Millis> newer;
  std::vector<Millis> months;  // the newest ones, for the newest page
};

using Columns = std::vector<std::string>;  // clients, by name

Columns columns_of(const HistoryPage& page) {
  Columns clients;
  for (const ExecutionHeader& header : page.executions) clients.push_back(header.key.owner.client.text());
  for (const DayCount& count : page.counts) clients.push_back(count.client.text());
  std::sort(clients.begin(), clients.end());
  clients.erase(std::unique(clients.begin(), clients.end()), clients.end());
  return clients;
}

std::string place_of(const HistoryPage& page) {
  switch (page.span) {
    case HistoryPage::Span::newest: break;
    case HistoryPage::Span::month: return month_place(page.from);
    case HistoryPage::Span::day: return day_place(page.from, page.part);
  }
  return std::string(history_place);
}

// The directory of the project, seen from the page.
std::string up_of(const HistoryPage& page) { return way_up(place_of(page)); }

// A page has hundreds, so they are made here and not by the template. `more`: attributes, `title` is text.
std::string bubble_html(Progress outcome, std::string_view more, const std::string& link,
                        const std::string& title, std::string_view label) {
  return concat("<a class=\"b ", state_letter(outcome), more, " href=\"", escaped(link), "\" title=\"",
                escaped(title), "\">", label, "<span class=\"vh\"> ", state_word(outcome), "</span></a>");
}

std::string bubble(const ExecutionHeader& header, const std::string& up) {
  const CivilTime time = civil_time(header.started_at);
  const std::string more =
      concat("\" data-at=\"", header.started_at, "\" data-b=\"", escaped(header.branch), '"');
  const std::string title =
      concat(moment_text(header.started_at), ", ", header.branch, ' ', short_revision(header.revision));
  return bubble_html(header.progress, more, up + execution_place(header.key), title,
                     concat(time.hour < 10 ? "0" : "", time.hour));
}

// What stands for many: their number, in the look of their outcome, and a way to their day.
std::string count_bubble(const DayCount& count) {
  return bubble_html(count.outcome, " many\"", day_file(count.day),
                     concat(counted(count.count, "execution"), ' ', state_word(count.outcome)),
                     std::to_string(count.count));
}

// Days newest first, in each day the clients in the order of the columns.
Nodes day_rows(const HistoryPage& page, const Columns& clients) {
  const std::string up = up_of(page);
  std::map<Millis, std::map<std::string, std::string>, std::greater<>> days;
  for (const ExecutionHeader& header : page.executions)
    days[day_start(header.started_at)][header.key.owner.client.text()] += bubble(header, up);
  for (const DayCount& count : page.counts) days[count.day][count.client.text()] += count_bubble(count);
  Nodes rows;
  for (auto& [day, by_client] : days) {
    Nodes cells;
    for (const auto& client : clients)
      cells.push_back(Fields{{"client", client}, {"cells_html", Bulk{std::move(by_client[client])}}});
    Fields row{{"day", day_text(day)}, {"iso", day_name(day)}, {"cells", std::move(cells)}};
    if (page.span != HistoryPage::Span::day)
      row["link"] = page.span == HistoryPage::Span::newest ? day_place(day) : day_file(day);
    rows.push_back(std::move(row));
  }
  return rows;
}

struct Sum {
  std::uint64_t all = 0;
  std::uint64_t failed = 0;
};

Sum sum_of(const HistoryPage& page) {
  Sum sum;
  for (const ExecutionHeader& header : page.executions) {
    ++sum.all;
    if (header.progress == Progress::failed) ++sum.failed;
  }
  for (const DayCount& count : page.counts) {
    sum.all += count.count;
    if (count.outcome == Progress::failed) sum.failed += count.count;
  }
  return sum;
}

std::string span_words(const HistoryPage& page) {
  if (page.span == HistoryPage::Span::month) return month_text(page.from);
  if (page.span == HistoryPage::Span::newest) return page.more ? "Newest executions" : "All executions";
  const std::string part = page.parts > 1 ? concat(", part ", page.part, " of ", page.parts) : "";
  return concat(day_text(page.from), ' ', civil_time(page.from).year, part);
}

Nodes branches_of(const HistoryPage& page) {
  std::vector<std::string> names;
  for (const ExecutionHeader& header : page.executions) names.push_back(header.branch);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  Nodes nodes;
  if (names.size() < 2) return nodes;
  for (const auto& name : names) nodes.push_back(Fields{{"branch", name}});
  return nodes;
}

Fields link(const std::string& address, const std::string& text) {
  return {{"link", address}, {"text", text}};
}

// The way to what is older and newer, and from a day to its month.
Fields way(const HistoryPage& page) {
  Fields fields;
  switch (page.span) {
    case HistoryPage::Span::newest: {
      Nodes months;
      for (const Millis month : page.months) months.push_back(link(month_place(month), month_text(month)));
      fields["months"] = std::move(months);
      break;
    }
    case HistoryPage::Span::month:
      if (page.older) fields["older"] = link(month_file(*page.older), month_text(*page.older));
      if (page.newer) fields["newer"] = link(month_file(*page.newer), month_text(*page.newer));
      break;
    case HistoryPage::Span::day: {
      if (page.older) fields["older"] = link(day_file(*page.older), day_text(*page.older));
      if (page.newer) fields["newer"] = link(day_file(*page.newer), day_text(*page.newer));
      fields["month"] = link(month_file(page.from), month_text(page.from));
      Nodes parts;
      for (std::size_t part = 1; page.parts > 1 && part <= page.parts; ++part) {
        Fields one = link(day_file(page.from, part), std::to_string(part));
        one["current"] = part == page.part;
        parts.push_back(std::move(one));
      }
      fields["parts"] = std::move(parts);
    }
  }
  return fields;
}

Fields history_view(const FarmConfig& farm, const ProjectId& id, const ProjectConfig& project,
                    const HistoryPage& page) {
  const Sum sum = sum_of(page);
  const bool newest = page.span == HistoryPage::Span::newest;
  const std::string icon = sum.failed > 0 ? "fail" : "pass";
  const std::string up = up_of(page);
  Fields fields = page_fields(
      farm, project_frame(place_of(page), concat(span_words(page), ": history of ", project.title), icon,
                          std::string(newest ? history_json_place : "")));
  fields.add(project_fields(id, project, icon));
  fields["on_history"] = "true";
  fields["up"] = up;
  fields["span"] = span_words(page);
  fields["empty"] = sum.all == 0;
  if (sum.failed > 0)
    fields["failed"] = concat(sum.failed, " of ", counted(sum.all, "execution"), " failed");
  else
    fields["fine"] = concat("none of ", counted(sum.all, "execution"), " failed");
  const Columns clients = columns_of(page);
  Nodes columns;
  for (const auto& client : clients) columns.push_back(Fields{{"client", client}});
  fields["clients"] = std::move(columns);
  fields["branches"] = branches_of(page);
  fields["counts"] = !page.counts.empty();
  fields["days"] = day_rows(page, clients);
  fields["way"] = way(page);
  fields["newest"] = newest;
  return fields;
}

Status put_history(PageContext& context, const ProjectId& project, const HistoryPage& page) {
  TRY_SET(const ProjectConfig* config, context.project_config(project));
  return context.site().put(in_project(project, place_of(page)),
                            render("history", history_view(context.farm(), project, *config, page)));
}

}  // namespace

Status write_day(PageContext& context, const ProjectId& project, Millis day) {
  TRY_SET(const auto all, History(context.index()).between(project, day, day + day_ms, SIZE_MAX / 2));
  HistoryPage page{.span = HistoryPage::Span::day, .from = day, .part = 1, .parts = {}, .more = false};
  page.parts = std::max<std::size_t>((all.size() + day_part - 1) / day_part, 1);
  TRY_SET(page.older, History(context.index()).newest_before(project, day));
  TRY_SET(page.newer, History(context.index()).oldest_from(project, day + day_ms));
  // Parts count from the oldest, so that only the last one changes as a day goes on.
  for (page.part = 1; page.part <= page.parts; ++page.part) {
    const std::size_t until = all.size() - std::min(all.size(), (page.part - 1) * day_part);
    const std::size_t from = until - std::min(until, day_part);
    page.executions.assign(all.begin() + static_cast<std::ptrdiff_t>(from),
                           all.begin() + static_cast<std::ptrdiff_t>(until));
    TRY(put_history(context, project, page));
  }
  return context.site().put(in_project(project, day_json_place(day)), history_json(project, all, false, {}));
}

Status write_month(PageContext& context, const ProjectId& project, Millis month) {
  const Millis end = next_month(month);
  HistoryPage page{.span = HistoryPage::Span::month, .from = month, .part = 1, .parts = 1, .more = false};
  TRY_SET(page.executions, History(context.index()).between(project, month, end, month_executions + 1));
  if (page.executions.size() > month_executions) {
    page.executions.clear();
    TRY_SET(page.counts, History(context.index()).days(project, month, end));
  }
  TRY_SET(page.older, History(context.index()).newest_before(project, month));
  TRY_SET(page.newer, History(context.index()).oldest_from(project, end));
  return put_history(context, project, page);
}

Status write_history(PageContext& context, const ProjectId& project) {
  HistoryPage page;
  TRY_SET(page.executions, History(context.index()).between(project, 0, INT64_MAX, newest_executions));
  if (!page.executions.empty()) {
    const Millis since = day_start(page.executions.front().started_at) + day_ms - newest_span;
    std::erase_if(page.executions, [&](const ExecutionHeader& header) { return header.started_at < since; });
    const ExecutionHeader& last = page.executions.back();
    TRY_SET(const auto older,
            History(context.index())
                .older_than(
                    {project, last.started_at, last.key.owner.client.text(), last.key.execution.text()}, 1));
    page.more = !older.empty();
  }
  Millis before = INT64_MAX;
  while (page.months.size() < months_named) {
    TRY_SET(const auto newest, History(context.index()).newest_before(project, before));
    if (!newest) break;
    before = month_start(*newest);
    page.months.push_back(before);
  }
  TRY_SET(const ProjectConfig* config, context.project_config(project));
  std::string html = render("history", history_view(context.farm(), project, *config, page));
  const std::string stamp = stamp_page(html);
  TRY(context.site().put(in_project(project, history_place), html));
  return context.site().put(in_project(project, history_json_place),
                            history_json(project, page.executions, page.more, stamp));
}

}  // namespace testfarm
