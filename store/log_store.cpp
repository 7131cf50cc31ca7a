#include "store/log_store.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "schema/codec.hpp"
#include "store/summary_file.hpp"

namespace testfarm {
namespace {

constexpr Millis lock_wait = 2 * second_ms;

ReadAt reading_file(const Fd& file, const Path& path) {
  return
      [&file, path](std::uint64_t offset, std::size_t count) { return read_at(file, offset, count, path); };
}

// Opens and locks. Whoever unlinked or packed the log between our open and our lock left us a file without a
// name: then the name is opened again.
Result<std::optional<LockedLog>> open_and_lock(const Path& path, Open how) {
  for (;;) {
    auto file = open_file(path, how);
    if (!file && file.error().kind == ErrorKind::not_found) return std::optional<LockedLog>{};
    if (!file) return fail(std::move(file).error());
    TRY(lock_file(*file, lock_wait, path));
    TRY_SET(const FileFacts opened, facts_of(*file, path));
    TRY_SET(const auto named, facts_at(path));
    if (named && named->same_file(opened)) return LockedLog{*std::move(file), opened};
  }
}

// A log that is gone because the execution ended: packed, or expired with its summary kept.
Result<std::optional<Appended>> closed_without_log(const Layout& layout, const ExecutionKey& key) {
  TRY_SET(const auto line, find_summary_line(layout, key));
  if (line) return Appended{Verdict::already_there, line->summary.next, true};
  if (file_exists(layout.packed_log(key))) return Appended{Verdict::already_there, 1, true};
  return std::optional<Appended>{};
}

// What stands at the end of a locked log.
struct Tail {
  std::optional<Frame> last;
  std::uint64_t good_end = 0;
  std::uint64_t next() const { return last ? last->header.next : 1; }
  bool closed() const { return last && last->header.end; }
};

Result<Tail> read_tail(const ReadAt& read, std::uint64_t size) {
  TRY_SET(auto last, last_frame(read, size));
  const std::uint64_t end = last ? last->end : 0;
  return Tail{std::move(last), end};
}

// The line of an event among the lines of a frame.
std::optional<std::string_view> line_of(std::string_view lines, std::uint64_t number) {
  for (const std::string_view line : split_lines(lines))
    if (event_number(line) == number) return line;
  return std::nullopt;
}

// Whether the events of the batch that lie before `tail.next()` are in the log with the same bytes. Events
// whose frame is damaged cannot be compared and count as the same.
Result<bool> overlap_agrees(const ReadAt& read, const Tail& tail, const Batch& batch) {
  std::optional<Frame> frame = tail.last;
  while (frame && frame->header.next > batch.from) {
    for (const std::string_view line : split_lines(batch.lines)) {
      const std::uint64_t number = event_number(line).value_or(0);
      if (number < frame->header.from || number >= frame->header.next) continue;
      const auto there = line_of(frame->lines, number);
      if (!there || *there != line) return false;
    }
    if (frame->offset == 0 || frame->header.from <= batch.from) break;
    TRY_SET(frame, last_frame(read, frame->offset));
  }
  return true;
}

// Lines of the batch from event `next` on.
std::string_view lines_from(const Batch& batch, std::uint64_t next) {
  std::string_view rest = batch.lines;
  while (!rest.empty() && event_number(rest) < next) rest.remove_prefix(rest.find('\n') + 1);
  return rest;
}

// Keeps what a torn write left, for people to look at, and takes it out of the log.
Status set_aside(const Layout& layout, const ExecutionKey& key, const LockedLog& log,
                 std::uint64_t good_end) {
  const Path path = layout.log(key);
  TRY_SET(const std::string torn, read_at(log.file, good_end, log.facts.size - good_end, path));
  const Path cut = layout.cut(key);
  TRY_SET(const Fd file, open_file(cut, Open::append_create));
  TRY(write_all(file, torn, cut));
  TRY(sync_data(file, cut));
  return cut_file(log.file, good_end, path);
}

Status make_marker(const Layout& layout, const ExecutionKey& key) {
  TRY_SET(const bool made, make_empty_file(layout.marker(key)));
  if (!made) return {};
  return sync_directory(layout.open());
}

// One write, one sync; on any failure the log is back at its last good end, so that nothing unacknowledged is
// taken for kept later, least of all what a failed sync dropped from memory.
Status write_frame(const LockedLog& log, const Path& path, std::uint64_t good_end, const std::string& frame,
                   Durability durability) {
  auto written = write_all(log.file, frame, path);
  if (written && durability == Durability::sync) written = sync_data(log.file, path);
  if (written) return {};
  if (auto cut = cut_file(log.file, good_end, path); !cut) return fail(std::move(cut).error());
  return written;
}

// The steps under the log's lock.
Result<Appended> append_locked(const Layout& layout, const ExecutionKey& key, const LockedLog& log,
                               const Batch& batch, const Receipt& receipt, Durability durability) {
  const Path path = layout.log(key);
  const ReadAt read = reading_file(log.file, path);
  TRY_SET(const Tail tail, read_tail(read, log.facts.size));
  const Appended stands{Verdict::already_there, tail.next(), tail.closed()};
  if (batch.from > tail.next())
    return Appended{tail.closed() ? Verdict::after_end : Verdict::gap, stands.next, stands.closed};
  if (batch.from < tail.next()) {
    TRY_SET(const bool agrees, overlap_agrees(read, tail, batch));
    if (!agrees) return Appended{Verdict::conflict, stands.next, stands.closed};
  }
  const std::string_view lines = lines_from(batch, tail.next());
  if (lines.empty()) {
    // DUPSYNC: whoever wrote these may have died before its sync.
    if (durability == Durability::sync) TRY(sync_data(log.file, path));
    return stands;
  }
  if (tail.closed()) return Appended{Verdict::after_end, stands.next, stands.closed};
  if (tail.good_end < log.facts.size) TRY(set_aside(layout, key, log, tail.good_end));
  // DIRSYNC: whoever made the file may have died before it made the name durable.
  if (tail.good_end == 0 && durability == Durability::sync) {
    TRY(sync_directory(layout.month(key)));
    TRY(sync_directory(layout.client(key.owner)));  // the same for the month's name
  }
  // MKLOCK: under the lock, so that no tick removes the marker between here and the write.
  TRY(make_marker(layout, key));
  const auto count = static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
  const std::string frame =
      format_frame({tail.next(), batch.next, count, 0, 0, receipt.at, std::max<Millis>(receipt.age, 0),
                    batch.ends, receipt.key, receipt.sig},
                   lines);
  TRY(write_frame(log, path, tail.good_end, frame, durability));
  return Appended{Verdict::appended, batch.next, batch.ends};
}

}  // namespace

ReadAt LockedLog::reader(const Path& path) const { return reading_file(file, path); }

Result<std::optional<LockedLog>> lock_log(const Layout& layout, const ExecutionKey& key) {
  return open_and_lock(layout.log(key), Open::append);
}

Result<Appended> append_events(const Layout& layout, const ExecutionKey& key, const Batch& batch,
                               const Receipt& receipt, Durability durability) {
  const Path path = layout.log(key);
  TRY_SET(auto log, open_and_lock(path, Open::append));
  if (!log) {
    TRY_SET(const auto closed, closed_without_log(layout, key));
    if (closed) return *closed;
    if (batch.from > 1) return Appended{Verdict::gap, 1, false};
    TRY(make_directories(path.parent_path(), durability == Durability::sync ? Sync::yes : Sync::no));
    TRY_SET(log, open_and_lock(path, Open::append_create));
  }
  if (!log) return fail(ErrorKind::io, cat(path.string(), " cannot be made"));
  if (log->facts.size == 0) {
    // RECHECK: another endpoint may have taken everything, and the log been packed, since we looked.
    TRY_SET(const auto closed, closed_without_log(layout, key));
    if (closed) {
      TRY(remove_file(path));
      return *closed;
    }
    if (batch.from > 1) return Appended{Verdict::gap, 1, false};
  }
  return append_locked(layout, key, *log, batch, receipt, durability);
}

Result<LogPosition> log_position(const Layout& layout, const ExecutionKey& key) {
  const Path path = layout.log(key);
  auto file = open_file(path, Open::read);
  if (file) {
    TRY_SET(const FileFacts facts, facts_of(*file, path));
    TRY_SET(const Tail tail, read_tail(reading_file(*file, path), facts.size));
    if (facts.size > 0) return LogPosition{tail.next(), tail.closed()};
  } else if (file.error().kind != ErrorKind::not_found) {
    return fail(std::move(file).error());
  }
  TRY_SET(const auto closed, closed_without_log(layout, key));
  if (closed) return LogPosition{closed->next, true};
  return LogPosition{};
}

}  // namespace testfarm
