#include "store/index/due.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/text.hpp"

namespace testfarm {

template <>
const std::vector<std::string>& names_of<DueKind>() {
  static const std::vector<std::string> names{"output", "command", "task",      "execution",
                                              "client", "project", "everything"};
  return names;
}

Status DueList::mark_due(DueKind kind, const std::string& project, const std::string& client,
                         const std::string& execution) {
  return index_.database().run("INSERT OR IGNORE INTO due VALUES (?, ?, ?, ?)",
                               {name_of(kind), project, client, execution});
}

Result<std::vector<Due>> DueList::due() {
  TRY_SET(const auto rows, index_.database().rows("SELECT kind, project, client, execution FROM due"));
  const auto& names = names_of<DueKind>();
  std::vector<Due> all;
  for (const auto& row : rows)
    for (std::size_t kind = 0; kind < names.size(); ++kind)
      if (names[kind] == text_of(row[0]))
        all.push_back({.kind = static_cast<DueKind>(kind),
                       .project = text_of(row[1]),
                       .client = text_of(row[2]),
                       .execution = text_of(row[3])});
  return all;
}

Status DueList::forget_due() { return index_.database().run("DELETE FROM due"); }

Status DueList::put_page(const PendingPage& page) {
  return index_.database().run("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?)",
                               {page.kind, page.project, page.client, page.name, page.at});
}

Result<std::vector<PendingPage>> DueList::pages() {
  TRY_SET(const auto rows,
          index_.database().rows("SELECT kind, project, client, name, at FROM pages ORDER BY at DESC"));
  std::vector<PendingPage> pages;
  pages.reserve(rows.size());
  for (const auto& row : rows)
    pages.push_back({.kind = text_of(row[0]),
                     .project = text_of(row[1]),
                     .client = text_of(row[2]),
                     .name = text_of(row[3]),
                     .at = integer_of(row[4])});
  return pages;
}

Status DueList::page_done(const PendingPage& page) {
  return index_.database().run("DELETE FROM pages WHERE kind = ? AND project = ? AND client = ? AND name = ?",
                               {page.kind, page.project, page.client, page.name});
}

Status DueList::put_sweep(const Sweep& sweep) {
  return index_.database().run("INSERT OR REPLACE INTO sweeps VALUES (?, ?, ?, ?)",
                               {sweep.project.text(), sweep.started_at, sweep.client, sweep.execution});
}

Result<std::vector<Sweep>> DueList::sweeps() {
  TRY_SET(const auto rows,
          index_.database().rows("SELECT project, started_at, client, execution FROM sweeps"));
  std::vector<Sweep> sweeps;
  for (const auto& row : rows)
    if (auto project = ProjectId::parse(text_of(row[0])))
      sweeps.push_back({.project = *std::move(project),
                        .started_at = integer_of(row[1]),
                        .client = text_of(row[2]),
                        .execution = text_of(row[3])});
  return sweeps;
}

Status DueList::sweep_done(const ProjectId& project) {
  return index_.database().run("DELETE FROM sweeps WHERE project = ?", {project.text()});
}

}  // namespace testfarm
