#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/views.hpp"
#include "generator/plan/plan.hpp"

namespace testfarm {
namespace {

using Columns = std::vector<std::string>;  // clients, by name

Columns columns_of(const HistoryPage& page) {
  Columns clients;
  for (const Brief& brief : page.executions) clients.push_back(brief.key.owner.client.text());
  for (const DayCount& count : page.counts) clients.push_back(count.client.text());
  std::sort(clients.begin(), clients.end());
  clients.erase(std::unique(clients.begin(), clients.end()), clients.end());
  return clients;
}

// The directory of the project, seen from the page.
std::string up_of(const HistoryPage& page) { return page.span == HistoryPage::Span::newest ? "" : "../"; }

Fields bubble(const Brief& brief, const std::string& up) {
  const CivilTime time = civil_time(brief.started_at);
  return {
      {"state", state_letter(brief.progress)},
      {"word", state_word(brief.progress)},
      {"link", cat(up, brief.key.owner.client.text(), '/', brief.key.execution.text(), ".html")},
      {"label", cat(time.hour < 10 ? "0" : "", time.hour)},
      {"branch", brief.branch},
      {"at", std::to_string(brief.started_at)},
      {"title", cat(moment_text(brief.started_at), ", ", brief.branch, ' ', short_revision(brief.revision))}};
}

// What stands for many: their number, in the look of their outcome, and a way to their day.
Fields count_bubble(const DayCount& count) {
  return {{"state", state_letter(count.outcome)},
          {"word", state_word(count.outcome)},
          {"link", cat(day_name(count.day), ".html")},
          {"label", std::to_string(count.count)},
          {"many", true},
          {"title", cat(counted(count.count, "execution"), ' ', state_word(count.outcome))}};
}

// Days newest first, in each day the clients in the order of the columns.
Nodes day_rows(const HistoryPage& page, const Columns& clients) {
  const std::string up = up_of(page);
  std::map<Millis, std::map<std::string, Nodes>, std::greater<>> days;
  for (const Brief& brief : page.executions)
    days[day_start(brief.started_at)][brief.key.owner.client.text()].push_back(bubble(brief, up));
  for (const DayCount& count : page.counts)
    days[count.day][count.client.text()].push_back(count_bubble(count));
  Nodes rows;
  for (auto& [day, by_client] : days) {
    Nodes cells;
    for (const auto& client : clients)
      cells.push_back(Fields{{"client", client}, {"bubbles", std::move(by_client[client])}});
    Fields row{{"day", day_text(day)}, {"iso", day_name(day)}, {"cells", std::move(cells)}};
    if (page.span != HistoryPage::Span::day)
      row["link"] = cat(page.span == HistoryPage::Span::newest ? "history/" : "", day_name(day), ".html");
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
  for (const Brief& brief : page.executions) {
    ++sum.all;
    if (brief.progress == Progress::failed) ++sum.failed;
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
  const std::string part = page.parts > 1 ? cat(", part ", page.part, " of ", page.parts) : "";
  return cat(day_text(page.from), ' ', civil_time(page.from).year, part);
}

Nodes branches_of(const HistoryPage& page) {
  std::vector<std::string> names;
  for (const Brief& brief : page.executions) names.push_back(brief.branch);
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
      for (const Millis month : page.months)
        months.push_back(link(cat("history/", month_name(month), ".html"), month_text(month)));
      fields["months"] = std::move(months);
      break;
    }
    case HistoryPage::Span::month:
      if (page.older) fields["older"] = link(month_name(*page.older) + ".html", month_text(*page.older));
      if (page.newer) fields["newer"] = link(month_name(*page.newer) + ".html", month_text(*page.newer));
      break;
    case HistoryPage::Span::day: {
      if (page.older) fields["older"] = link(day_name(*page.older) + ".html", day_text(*page.older));
      if (page.newer) fields["newer"] = link(day_name(*page.newer) + ".html", day_text(*page.newer));
      fields["month"] = link(month_name(page.from) + ".html", month_text(page.from));
      Nodes parts;
      for (std::size_t part = 1; page.parts > 1 && part <= page.parts; ++part) {
        Fields one =
            link(day_name(page.from) + (part == 1 ? "" : cat('.', part)) + ".html", std::to_string(part));
        one["current"] = part == page.part;
        parts.push_back(std::move(one));
      }
      fields["parts"] = std::move(parts);
    }
  }
  return fields;
}

}  // namespace

Fields history_view(const FarmConfig& farm, const ProjectId& id, const ProjectConfig& project,
                    const HistoryPage& page) {
  const Sum sum = sum_of(page);
  const bool newest = page.span == HistoryPage::Span::newest;
  const std::string barn = sum.failed > 0 ? "fail" : "pass";
  const std::string up = up_of(page);
  Fields fields =
      page_fields(farm, {newest ? "../" : "../../", cat(span_words(page), ": history of ", project.title),
                         barn, up + "feed.atom", newest ? "history.json" : ""});
  fields.add(project_fields(id, project, barn));
  fields["up"] = up;
  fields["span"] = span_words(page);
  fields["empty"] = sum.all == 0;
  if (sum.failed > 0)
    fields["failed"] = cat(sum.failed, " of ", counted(sum.all, "execution"), " failed");
  else
    fields["fine"] = cat("none of ", counted(sum.all, "execution"), " failed");
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

}  // namespace testfarm
