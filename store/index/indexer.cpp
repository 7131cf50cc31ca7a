#include "store/index/indexer.hpp"

#include "base/step.hpp"
#include "base/text.hpp"
#include "schema/codec.hpp"
#include "store/clients/register.hpp"
#include "store/clients/state.hpp"
#include "store/index/due.hpp"
#include "store/log/log_store.hpp"
#include "store/log/summary_file.hpp"

namespace testfarm {
namespace {

constexpr Millis silence = 30 * day_ms;

Status mark(Index& index, const ExecutionKey& key, Reach reach) {
  static_assert(static_cast<int>(DueKind::execution) == static_cast<int>(Reach::execution));
  return DueList(index).mark_due(static_cast<DueKind>(reach), key.owner.project.text(),
                                 key.owner.client.text(), key.execution.text());
}

// The log of an execution that has ended, locked, and all of it in the row: the summary may be kept.
Result<bool> keep_summary(const Layout& layout, const ExecutionRow& row, const LockedLog& log) {
  const Path path = layout.log(row.key);
  // LOGSYNC: its last frame may be whole and not yet durable; a line that says more than the log would be a
  // lie after a power loss.
  if (step(Step::logsync)) TRY(sync_data(log.file, path));
  TRY_SET(const auto last, last_frame(log.reader(path), log.facts.size));
  if (!last || !last->header.end || last->end != row.offset) return false;
  TRY_SET(const bool has_line, has_late_summary_line(layout, row.key));
  if (!has_line) TRY(append_summary_line(layout, row.key, row.offset, row.summary));
  // LINESYNC, also where the line was there: whoever wrote it may have died before its sync.
  if (step(Step::linesync)) TRY(sync_summaries(layout, row.key));
  return true;
}

// Whether the marker may go. The marker's log is locked while this decides and the marker is removed.
Result<bool> is_settled(const Layout& layout, const ExecutionRow& row, const LockedLog& log, Millis now) {
  if (row.closed) return keep_summary(layout, row, log);
  // A client that fell silent: thirty days later its log is left alone until it speaks again.
  return row.offset == log.facts.size && row.summary.heard_at + silence < now;
}

// Without a log the marker goes only if there is a line: nobody can append to that execution any more.
// Otherwise an endpoint may be making the log right now, and rely on the marker that it found.
Result<bool> settle_without_log(const Layout& layout, const std::optional<ExecutionRow>& row,
                                const ExecutionKey& key) {
  TRY_SET(const auto line, find_summary_line(layout, key));
  const bool packed_and_whole = row && row->closed && file_exists(layout.packed_log(key));
  if (!line && !packed_and_whole) return false;
  if (!line) TRY(append_summary_line(layout, key, row->offset, row->summary));
  if (step(Step::linesync)) TRY(sync_summaries(layout, key));
  return remove_file(layout.marker(key));
}

Result<bool> settle_execution(const Layout& layout, Index& index, const ExecutionKey& key, Millis now) {
  TRY(catch_up(layout, index, key));
  TRY_SET(const auto row, index.execution(key));
  TRY_SET(const auto log, lock_log(layout, key));
  if (!log) return settle_without_log(layout, row, key);
  if (log->facts.size == 0 || !row) return false;
  TRY_SET(const bool settled, is_settled(layout, *row, *log, now));
  if (!settled) return false;
  return remove_file(layout.marker(key));
}

// The heartbeat makes the marker and replaces the state under this lock, so no state can slip in between.
Result<bool> settle_client(const Layout& layout, Index& index, const ClientKey& key) {
  TRY_SET(const Fd lock, lock_client(layout, key));
  TRY_SET(const auto state, read_file_if_there(layout.client_state(key), 1 << 20));
  TRY_SET(Transaction transaction, index.begin());
  TRY(index.put_client({key, std::string(trim(state.value_or("")))}));
  TRY(DueList(index).mark_due(DueKind::client, key.project.text(), key.client.text()));
  TRY(transaction.commit());
  return remove_file(layout.marker(key));
}

Result<bool> settle_project(const Layout& layout, Index& index, const ProjectId& project) {
  TRY_SET(Transaction transaction, index.begin());
  TRY(index.put_project(project));
  TRY(DueList(index).mark_due(DueKind::project, project.text()));
  TRY(transaction.commit());
  return remove_file(layout.marker(project));
}

Result<bool> settle(const Layout& layout, Index& index, const MarkerName& marker, Millis now) {
  const FarmNames& names = layout.names();
  if (!marker.client) return settle_project(layout, index, names.now(marker.project));
  const ClientKey client = names.now(ClientKey{marker.project, *marker.client});
  if (!marker.execution) return settle_client(layout, index, client);
  return settle_execution(layout, index, {client, *marker.execution}, now);
}

}  // namespace

// What the row said before is wrong, as far as it is seen.
// NOLINTNEXTLINE(misc-no-recursion): once, with an offset of 0
static Result<Reach> fold_anew(ExecutionRow& row, const ReadAt& read, std::uint64_t size) {
  row = ExecutionRow{.key = row.key, .offset = 0, .closed = false};
  TRY(fold_log(row, read, size));
  return Reach::execution;
}

// NOLINTNEXTLINE(misc-no-recursion): once, with an offset of 0
Result<Reach> fold_log(ExecutionRow& row, const ReadAt& read, std::uint64_t size) {
  // A row ahead of its log is of a log that lost its end: fold anew.
  if (row.offset > size) row = ExecutionRow{.key = row.key, .offset = 0, .closed = false};
  Reach reach = Reach::output;
  const std::uint64_t started_at = row.offset;
  bool looked = false;  // at the first frame
  FrameReader reader(read, row.offset, size);
  for (;;) {
    TRY_SET(const auto frame, reader.next());
    if (!frame) break;
    // A row that does not stand before this very frame is of a log that was cut behind our back (a failed
    // sync): anew.
    const bool fits =
        started_at == 0 || (frame->offset == row.offset && frame->header.from == row.summary.next);
    if (!fits && !looked) {
      return fold_anew(row, read, size);
    }
    looked = true;
    apply_receipt(row.summary, frame->header.at, frame->header.age);
    for (const std::string_view line : split_lines(frame->lines)) {
      const auto event = decode_event(line);
      if (event)
        reach = std::max(reach, apply(row.summary, *event));
      else
        ++row.summary.unknown_lines;
    }
    // What ends without our understanding the end is seen as far as an end.
    if (frame->header.end) reach = Reach::execution;
    row.summary.next = frame->header.next;
    row.closed = row.closed || frame->header.end;
  }
  if (started_at > 0 && !looked && size > started_at) {
    // Nothing whole behind the row: a torn tail, unless a whole frame reaches over it.
    TRY_SET(const auto last, last_frame(read, size));
    if (last && last->end > started_at) {
      return fold_anew(row, read, size);
    }
  }
  row.summary.bad_places += reader.bad_places();
  row.summary.bad_bytes += reader.bad_bytes();
  row.offset = reader.offset();
  return reach;
}

Status catch_up(const Layout& layout, Index& index, const ExecutionKey& key) {
  // TX: the offset is read inside the transaction that moves it, so nobody folds a frame twice.
  std::optional<Transaction> transaction;
  if (step(Step::tx)) {
    TRY_SET(Transaction begun, index.begin());
    transaction.emplace(std::move(begun));
  }
  TRY_SET(auto row, index.execution(key));
  if (row && row->closed) return {};
  if (!row) row = ExecutionRow{.key = key, .offset = 0, .closed = false};
  const Path path = layout.log(key);
  auto file = open_file(path, Open::read);
  if (!file && file.error().kind == ErrorKind::not_found) return {};
  if (!file) return fail(std::move(file).error());
  TRY_SET(const FileFacts facts, facts_of(*file, path));
  if (facts.size == row->offset) return {};
  const ReadAt read = [&](std::uint64_t offset, std::size_t count) {
    return read_at(*file, offset, count, path);
  };
  const std::uint64_t before = row->offset;
  TRY_SET(const Reach reach, fold_log(*row, read, facts.size));
  if (row->offset == before) return {};
  if (!transaction) {
    step(Step::written);
    TRY_SET(Transaction begun, index.begin());
    transaction.emplace(std::move(begun));
  }
  TRY(index.put(*row));
  TRY(mark(index, key, reach));
  return transaction->commit();
}

Result<Settled> settle_markers(const Layout& layout, Index& index, Millis now,
                               const std::function<void(const Error&)>& left) {
  TRY_SET(const auto names, list_directory(layout.open()));
  Settled settled;
  for (const auto& name : names) {
    const auto marker = MarkerName::parse(name);
    if (!marker) continue;
    ++settled.markers;
    const auto removed = settle(layout, index, *marker, now);
    if (!removed && removed.error().kind == ErrorKind::damaged) return fail(removed.error());
    if (!removed)
      left(removed.error());
    else if (*removed)
      ++settled.removed;
  }
  return settled;
}

}  // namespace testfarm
