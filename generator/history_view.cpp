#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "generator/views.hpp"
#include "generator/wording.hpp"

namespace testfarm {
namespace {

std::vector<std::string> clients_of(const std::vector<Brief>& executions) {
  std::vector<std::string> clients;
  for (const Brief& brief : executions) clients.push_back(brief.key.owner.client.text());
  std::sort(clients.begin(), clients.end());
  clients.erase(std::unique(clients.begin(), clients.end()), clients.end());
  return clients;
}

Fields bubble(const Brief& brief, const std::string& up) {
  const CivilTime time = civil_time(brief.started_at);
  return {
      {"state", state_letter(brief.progress)},
      {"word", state_word(brief.progress)},
      {"link", cat(up, brief.key.owner.client.text(), '/', brief.key.execution.text(), ".html")},
      {"hour", cat(time.hour < 10 ? "0" : "", time.hour)},
      {"title", cat(moment_text(brief.started_at), ", ", brief.branch, ' ', short_revision(brief.revision))}};
}

// Days newest first, in each day the clients in the order of the columns.
Nodes day_rows(const HistoryPage& page, const std::vector<std::string>& clients, const std::string& up) {
  std::map<Millis, std::map<std::string, Nodes>, std::greater<>> days;
  for (const Brief& brief : page.executions)
    days[brief.started_at - brief.started_at % day_ms][brief.key.owner.client.text()].push_back(
        bubble(brief, up));
  Nodes rows;
  for (auto& [day, by_client] : days) {
    Nodes cells;
    for (const auto& client : clients)
      cells.push_back(Fields{{"client", client}, {"bubbles", std::move(by_client[client])}});
    rows.push_back(
        Fields{{"day", day_text(day)}, {"iso", iso_time(day).substr(0, 10)}, {"cells", std::move(cells)}});
  }
  return rows;
}

}  // namespace

Fields history_view(const FarmConfig& farm, const ProjectId& id, const ProjectConfig& project,
                    const HistoryPage& page) {
  const auto failed = std::count_if(page.executions.begin(), page.executions.end(),
                                    [](const Brief& b) { return b.progress == Progress::failed; });
  // The newest month stands at P/history.html too, one directory higher than the archive.
  const std::string root = page.newest ? "../" : "../../";
  const std::string up = page.newest ? "" : "../";
  Fields fields = page_fields(farm, {root, cat("History, ", month_text(page.month), ": ", project.title),
                                     failed > 0 ? "fail" : "pass", page.newest});
  fields.merge(project_fields(id, project, failed > 0 ? "fail" : "pass"));
  fields["up"] = up;
  fields["month"] = month_text(page.month);
  fields["empty"] = page.executions.empty();
  if (failed > 0)
    fields["failed"] = cat(failed, " of ", counted(page.executions.size(), "execution"), " failed");
  else
    fields["fine"] = cat("none of ", counted(page.executions.size(), "execution"), " failed");
  const auto clients = clients_of(page.executions);
  Nodes columns;
  for (const auto& client : clients) columns.push_back(Fields{{"client", client}});
  fields["clients"] = std::move(columns);
  fields["days"] = day_rows(page, clients, up);
  Nodes months;
  for (const Millis month : page.months)
    months.push_back(Fields{{"text", month_text(month)},
                            {"link", cat(up, "history/", month_name(month), ".html")},
                            {"current", month == page.month}});
  fields["months"] = std::move(months);
  fields["archive"] = !page.newest;
  return fields;
}

}  // namespace testfarm
