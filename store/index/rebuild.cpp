#include "store/index/rebuild.hpp"

#include <set>

#include "base/gzip.hpp"
#include "base/step.hpp"
#include "base/text.hpp"
#include "store/clients/all_clients.hpp"
#include "store/clients/state.hpp"
#include "store/index/due.hpp"
#include "store/index/indexer.hpp"
#include "store/log/log_store.hpp"
#include "store/log/summary_file.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_unpacked = 1U << 30;

// SCAN: the fold of a log that has no line, marker or not; it gets its marker back, so that the next tick
// settles it.
Status rebuild_from_log(const Layout& layout, Index& index, const ExecutionKey& key, bool packed) {
  const Path path = packed ? layout.packed_log(key) : layout.log(key);
  TRY_SET(std::string bytes, read_file(path, most_unpacked));
  if (packed) {
    TRY_SET(bytes, gunzip(bytes, most_unpacked));
  }
  ExecutionRow row{.key = key, .offset = 0, .closed = false};
  TRY(fold_log(row, reading(bytes), bytes.size()));
  if (row.offset == 0) return {};
  TRY(make_empty_file(layout.marker(key)));
  return index.put(row);
}

Status rebuild_month(const Layout& layout, Index& index, const ClientKey& client, const Path& month,
                     RebuildProgress& so_far) {
  std::set<ExecutionId> seen;
  TRY(each_summary_line(month / "summaries.jsonl", [&](const SummaryLine& line) {
    // LINEOFF: a row made from a line is complete and closed; nothing is ever folded onto it.
    const bool closed = step(Step::lineoff);
    seen.insert(line.execution);
    ++so_far.executions;
    return index.put({{client, line.execution}, closed ? line.offset : 0, closed, line.summary});
  }));
  TRY_SET(const auto names, list_directory(month));
  for (const auto& name : names) {
    const auto execution = execution_of_log(name);
    if (!execution || !seen.insert(*execution).second) continue;
    // SCAN: marker or not.
    if (!step(Step::scan) && !file_exists(layout.marker({client, *execution}))) continue;
    // E.jsonl sorts before E.jsonl.gz: where both stand, the plain log is the one that may still grow.
    TRY(rebuild_from_log(layout, index, {client, *execution}, name.ends_with(".gz")));
    ++so_far.executions;
  }
  return {};
}

Status rebuild_client(const Layout& layout, Index& index, const ClientKey& client, RebuildProgress& so_far,
                      const std::function<void(const RebuildProgress&)>& progress) {
  TRY_SET(const auto state, read_file_if_there(layout.client_state(client), 1 << 20));
  TRY(index.put_client({client, std::string(trim(state.value_or("")))}));
  ++so_far.clients;
  TRY_SET(const auto names, list_directory(layout.client(client)));
  for (const auto& name : names) {
    if (!parse_month(name)) continue;
    TRY(rebuild_month(layout, index, client, layout.client(client) / name, so_far));
    progress(so_far);
  }
  return {};
}

Status rebuild_project(const Layout& layout, Index& index, const ProjectId& project, RebuildProgress& so_far,
                       const std::function<void(const RebuildProgress&)>& progress) {
  TRY(index.put_project(project));
  TRY_SET(const auto clients, clients_of(layout, project));
  for (const ClientKey& client : clients)
    if (file_exists(layout.client_log(client))) TRY(rebuild_client(layout, index, client, so_far, progress));
  return {};
}

}  // namespace

static Status delete_rows(Index& index, const ProjectId& project) {
  for (const char* table : {"projects", "clients", "executions", "days", "failures", "failed_tests",
                            "commits", "due", "pages", "sweeps"})
    TRY(index.database().run(concat("DELETE FROM ", table, " WHERE project = ?"), {project.text()}));
  return {};
}

Status forget_project(Index& index, const ProjectId& project) {
  TRY_SET(Transaction transaction, index.begin());
  TRY(delete_rows(index, project));
  TRY(DueList(index).mark_due(DueKind::project, project.text()));
  return transaction.commit();
}

Status read_project_again(const Layout& layout, Index& index, const ProjectId& project,
                          const std::function<void(const RebuildProgress&)>& progress) {
  RebuildProgress so_far;
  TRY_SET(Transaction transaction, index.begin());
  TRY(delete_rows(index, project));
  TRY(rebuild_project(layout, index, project, so_far, progress));
  TRY(DueList(index).mark_due(DueKind::everything));
  TRY(transaction.commit());
  progress(so_far);
  return {};
}

Result<Index> rebuild_index(const Layout& layout,
                            const std::function<void(const RebuildProgress&)>& progress) {
  TRY(make_directories(layout.open()));
  TRY_SET(Index index, Index::create(layout));
  RebuildProgress so_far;
  {
    TRY_SET(Transaction transaction, index.begin());
    TRY_SET(const auto projects, all_projects(layout));
    for (const ProjectId& project : projects) TRY(rebuild_project(layout, index, project, so_far, progress));
    TRY(DueList(index).mark_due(DueKind::everything));
    TRY(transaction.commit());
  }
  step(Step::written);
  TRY(index.publish(layout));
  return index;
}

}  // namespace testfarm
