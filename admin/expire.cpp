#include "admin/expire.hpp"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include "base/file.hpp"
#include "base/progress_line.hpp"
#include "base/text.hpp"
#include "store/clients/all_clients.hpp"
#include "store/index/due.hpp"
#include "store/index/index.hpp"
#include "store/log/retention.hpp"
#include "store/log/summary_file.hpp"

namespace testfarm {
namespace {

// The logs of one client's month that have a summary; the others are nobody's to touch yet.
Status collect_month(const Layout& layout, const ClientKey& client, const std::string& month,
                     std::vector<KeptLog>& logs) {
  const Path directory = layout.client(client) / month;
  return each_summary_line(directory / "summaries.jsonl", [&](const SummaryLine& line) -> Status {
    KeptLog log{.key = {client, line.execution},
                .started_at = line.summary.started_at,
                .progress = line.summary.progress,
                .branch = line.summary.branch,
                .bytes = 0,
                .packed = false,
                .pinned = false};
    TRY_SET(const auto plain, facts_at(layout.log(log.key)));
    TRY_SET(const auto packed, facts_at(layout.packed_log(log.key)));
    log.bytes = (plain ? plain->size : 0) + (packed ? packed->size : 0);
    log.packed = packed && !plain;
    if (plain || packed) logs.push_back(std::move(log));
    return {};
  });
}

Status collect_client(const Layout& layout, const ClientKey& client, std::vector<KeptLog>& all) {
  TRY_SET(const auto names, list_directory(layout.client(client)));
  std::vector<KeptLog> logs;
  for (const auto& name : names)
    if (parse_month(name)) TRY(collect_month(layout, client, name, logs));
  std::stable_sort(logs.begin(), logs.end(),
                   [](const KeptLog& a, const KeptLog& b) { return a.started_at < b.started_at; });
  pin_failures(logs);
  all.insert(all.end(), std::make_move_iterator(logs.begin()), std::make_move_iterator(logs.end()));
  return {};
}

Result<std::vector<KeptLog>> collect(const Layout& layout) {
  std::vector<KeptLog> logs;
  TRY_SET(const auto clients, all_clients(layout));
  for (const ClientKey& client : clients) TRY(collect_client(layout, client, logs));
  return logs;
}

std::uint64_t bytes_of(const std::vector<KeptLog>& logs) {
  std::uint64_t bytes = 0;
  for (const KeptLog& log : logs) bytes += log.bytes;
  return bytes;
}

// By client and month, as retention wants them.
std::map<Path, std::vector<ExecutionKey>> by_month(const Layout& layout, const std::vector<KeptLog>& logs) {
  std::map<Path, std::vector<ExecutionKey>> months;
  for (const KeptLog& log : logs) months[layout.month(log.key)].push_back(log.key);
  return months;
}

std::vector<KeptLog> logs_to_pack(const std::vector<KeptLog>& logs, const Retention& retention, Millis now) {
  std::vector<KeptLog> old;
  if (retention.pack_after == 0) return old;
  for (const KeptLog& log : logs)
    if (!log.packed && log.started_at + retention.pack_after < now) old.push_back(log);
  return old;
}

// Their pages say from now on that the log is gone. Without an index all pages will be made anew.
Status mark_pages(const Layout& layout, const std::vector<KeptLog>& gone) {
  TRY_SET(auto index, Index::open(layout, 10 * second_ms));
  if (!index || gone.empty()) return {};
  TRY_SET(Transaction transaction, index->begin());
  for (const KeptLog& log : gone)
    TRY(DueList(*index).mark_due(DueKind::command, log.key.owner.project.text(), log.key.owner.client.text(),
                                 log.key.execution.text()));
  return transaction.commit();
}

std::string mebibytes(std::uint64_t bytes) {
  const std::uint64_t tenths = bytes * 10 / (1024 * 1024);
  return concat(tenths / 10, '.', tenths % 10, " MiB");
}

}  // namespace

void pin_failures(std::vector<KeptLog>& logs) {
  struct Row {
    std::size_t last = SIZE_MAX;  // of the failures that are going on
  };
  std::map<std::string, Row> rows;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    Row& row = rows[logs[i].branch];
    if (logs[i].progress == Progress::passed) {
      if (row.last != SIZE_MAX) logs[row.last].pinned = true;
      row = {};
    } else if (logs[i].progress == Progress::failed) {
      if (row.last == SIZE_MAX) logs[i].pinned = true;
      row.last = i;
    }
  }
  for (const auto& [branch, row] : rows)
    if (row.last != SIZE_MAX) logs[row.last].pinned = true;
}

std::vector<KeptLog> logs_to_expire(std::vector<KeptLog> logs, const Retention& retention, Millis now) {
  // Newest first within a client, for the count; the order in which they would go, for the bytes.
  std::stable_sort(logs.begin(), logs.end(),
                   [](const KeptLog& a, const KeptLog& b) { return a.started_at > b.started_at; });
  std::map<ClientKey, std::uint64_t> counts;
  std::vector<KeptLog> gone;
  std::vector<KeptLog> kept;
  for (KeptLog& log : logs) {
    const bool green = log.progress == Progress::passed;
    const Millis age = green ? retention.green_for : retention.logs_for;
    const bool too_old = age > 0 && log.started_at + age < now;
    const bool too_many = retention.logs > 0 && ++counts[log.key.owner] > retention.logs;
    (!log.pinned && (too_old || too_many) ? gone : kept).push_back(std::move(log));
  }
  if (retention.bytes == 0) return gone;
  std::uint64_t bytes = bytes_of(kept);
  for (const bool green : {true, false})
    for (auto log = kept.rbegin(); log != kept.rend() && bytes > retention.bytes; ++log) {
      if (log->pinned || (log->progress == Progress::passed) != green) continue;
      bytes -= log->bytes;
      gone.push_back(*log);
    }
  return gone;
}

Status expire_farm(const Layout& layout, bool dry_run, const Clock& clock, std::ostream& out) {
  TRY_SET(const FarmConfig config, read_farm_config(layout));
  TRY_SET(const LockFile lock, LockFile::take(layout.generate_lock(), 30 * second_ms));
  const ProgressLine line;
  line.show("looking at the logs");
  TRY_SET(const auto logs, collect(layout));
  const Millis now = clock.now();
  const auto gone = logs_to_expire(logs, config.retention, now);
  std::set<ExecutionKey> going;
  for (const KeptLog& log : gone) going.insert(log.key);
  std::vector<KeptLog> rest;
  for (const KeptLog& log : logs)
    if (!going.contains(log.key)) rest.push_back(log);
  const auto old = logs_to_pack(rest, config.retention, now);
  if (dry_run) {
    out << counted(gone.size(), "log") << " would expire and " << old.size() << " be packed, of "
        << counted(logs.size(), "log") << " with " << mebibytes(bytes_of(logs)) << ".\n";
    return {};
  }
  std::uint64_t expired = 0;
  std::uint64_t packed = 0;
  // The pages are due before the logs go: who dies in between leaves pages that are written anew for nothing.
  TRY(mark_pages(layout, gone));
  for (const auto& [month, keys] : by_month(layout, gone)) {
    TRY_SET(const std::uint64_t count, expire_logs(layout, keys, now));
    expired += count;
    line.show(concat("expired ", expired, " of ", gone.size()));
  }
  for (const auto& [month, keys] : by_month(layout, old)) {
    TRY_SET(const std::uint64_t count, pack_logs(layout, keys));
    packed += count;
    line.show(concat("packed ", packed, " of ", old.size()));
  }
  TRY_SET(const auto left, collect(layout));
  line.show({});
  out << "Expired " << counted(expired, "log") << " and packed " << packed << "; logs took "
      << mebibytes(bytes_of(logs)) << " and take " << mebibytes(bytes_of(left)) << ".\n";
  if (expired > 0) out << "The next testfarm-generate says so on their pages.\n";
  return {};
}

}  // namespace testfarm
