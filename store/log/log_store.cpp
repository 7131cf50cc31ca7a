#include "store/log/log_store.hpp"

#include <algorithm>

#include "base/step.hpp"
#include "base/text.hpp"
#include "schema/codec.hpp"
#include "store/log/expired_list.hpp"
#include "store/log/marker.hpp"
#include "store/log/summary_file.hpp"

namespace testfarm {
namespace {

constexpr Millis lock_wait = 2 * second_ms;

// Borrows both.
ReadAt reading_file(const Fd& file, const Path& path) {
  return
      [&file, &path](std::uint64_t offset, std::size_t count) { return read_at(file, offset, count, path); };
}

// Opens and locks. Whoever unlinked or packed the log between our open and our lock left us a file without a
// name: then the name is opened again.
Result<std::optional<LockedLog>> open_and_lock(const Path& path, Open how) {
  constexpr int most_tries =
      10;  // on a file system whose inodes are not always the same there would be no end
  for (int i = 0; i < most_tries; ++i) {
    auto file = open_file(path, how);
    if (!file && file.error().kind == ErrorKind::not_found) return std::optional<LockedLog>{};
    if (!file) return fail(std::move(file).error());
    TRY(lock_file(*file, lock_wait, path));
    TRY_SET(const FileFacts opened, facts_of(*file, path));
    TRY_SET(const auto named, facts_at(path));
    if (named && named->same_file(opened)) return LockedLog{*std::move(file), opened};
  }
  return fail(ErrorKind::busy, concat(path.string(), " is another file each time that it is opened"));
}

// A log that is gone because the execution ended: packed, or expired with its summary kept.
Result<std::optional<Appended>> closed_without_log(const Layout& layout, const ExecutionKey& key) {
  const bool packed = file_exists(layout.packed_log(key));
  TRY_SET(const bool expired, is_expired(layout, key));
  // The summaries grow with the month: read only where there was a log.
  if (!packed && !expired) return std::optional<Appended>{};
  TRY_SET(const auto line, find_summary_line(layout, key));
  if (line)
    return Appended{.verdict = Verdict::already_there,
                    .next = line->summary.next,
                    .closed = true,
                    .bytes = 0,
                    .first = false};
  if (packed)
    return Appended{.verdict = Verdict::already_there, .next = 1, .closed = true, .bytes = 0, .first = false};
  return std::optional<Appended>{};
}

// What stands at the end of a locked log.
struct Tail {
  std::optional<Frame> last;
  std::uint64_t good_end = 0;
  std::uint64_t next() const { return last ? last->header.next : 1; }
  bool closed() const { return last && last->header.end; }
  std::uint64_t output() const { return last ? last->header.output : 0; }
};

Result<Tail> read_tail(const ReadAt& read, std::uint64_t size) {
  TRY_SET(auto last, last_frame(read, size));
  const std::uint64_t end = last ? last->end : 0;
  return Tail{std::move(last), end};
}

// Lines from event `next` on.
std::string_view lines_from(std::string_view lines, std::uint64_t next) {
  while (!lines.empty() && event_number(lines) < next) lines.remove_prefix(lines.find('\n') + 1);
  return lines;
}

// Whether each event of the batch that lies in the frame is there with the same bytes. What the client has
// said to be lost agrees with anything: it may have found it again.
bool frame_agrees(const Frame& frame, const Batch& batch) {
  std::string_view rest = batch.lines;
  for (const std::string_view there : split_lines(frame.lines)) {
    const std::uint64_t number = event_number(there).value_or(0);
    rest = lines_from(rest, number);
    if (rest.empty()) return true;
    const std::string_view line = rest.substr(0, rest.find('\n'));
    if (event_number(line) != number || line == there) continue;
    const auto event = decode_event(there);
    if (!event || !std::holds_alternative<EventsLost>(event->body)) return false;
  }
  return true;
}

// Whether the events of the batch that lie before `tail.next()` are in the log with the same bytes. Events
// whose frame is damaged cannot be compared and count as the same. Costs what the batch spans, wherever in
// the log that is.
Result<bool> overlap_agrees(const ReadAt& read, const Tail& tail, const Batch& batch) {
  if (tail.last && tail.last->header.from <= batch.from) return frame_agrees(*tail.last, batch);
  TRY_SET(auto frame, frame_with(read, tail.good_end, batch.from));
  if (!frame) return true;
  FrameReader reader(read, frame->end, tail.good_end);
  while (frame && frame->header.from < batch.next) {
    if (!frame_agrees(*frame, batch)) return false;
    TRY_SET(frame, reader.next());
  }
  return true;
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
  TRY_SET(const bool made, put_marker(layout, layout.marker(key)));
  if (!made) return {};
  return sync_directory(layout.open());
}

// One write, one sync; on any failure the log is back at its last good end, so that nothing unacknowledged is
// taken for kept later, least of all what a failed sync dropped from memory.
Status write_frame(const LockedLog& log, const Path& path, std::uint64_t good_end, const std::string& frame,
                   Durability durability) {
  auto written = write_all(log.file, frame, path);
  step(Step::written);
  if (written && durability == Durability::sync) written = sync_data(log.file, path);
  if (written) return {};
  if (auto cut = cut_file(log.file, good_end, path); !cut) return fail(std::move(cut).error());
  return written;
}

// Bytes of text so far of the command that runs at the end of the batch.
std::uint64_t output_at_end(const Tail& tail, const Batch& batch) {
  return batch.begins_command ? batch.output_after : tail.output() + batch.output_before;
}

// The limit that the batch meets, if it meets one.
std::optional<LimitMet> limit_met(const Tail& tail, const Batch& batch, const LogLimits& limits) {
  if (batch.largest_bulk > limits.record)
    return LimitMet{"bytes of one event of output or test results", limits.record, batch.largest_bulk};
  const std::uint64_t output = std::max(tail.output() + batch.output_before, batch.output_most);
  if (batch.bulk && output > limits.command_output)
    return LimitMet{"bytes of output of one command", limits.command_output, output};
  const std::uint64_t bytes = tail.good_end + batch.lines.size();
  const std::uint64_t more = batch.bulk ? 1 : 2;
  const bool may = !batch.bulk && !batch.begins;
  if (!may && bytes > limits.bytes * more) return LimitMet{"bytes of one execution", limits.bytes, bytes};
  if (!may && batch.next - 1 > limits.events * more)
    return LimitMet{"events of one execution", limits.events, batch.next - 1};
  return std::nullopt;
}

// What must hold before the first byte of the frame is written.
Status prepare(const Layout& layout, const ExecutionKey& key, const LockedLog& log, const Tail& tail,
               Durability durability) {
  if (tail.good_end < log.facts.size) TRY(set_aside(layout, key, log, tail.good_end));
  // DIRSYNC: whoever made the file may have died before it made the name durable.
  if (tail.good_end == 0 && durability == Durability::sync && step(Step::dirsync)) {
    TRY(sync_directory(layout.month(key)));
    TRY(sync_directory(layout.client(key.owner)));  // the same for the month's name
  }
  // MKLOCK: under the lock, so that no tick removes the marker between here and the write.
  return step(Step::mklock) ? make_marker(layout, key) : Status{};
}

// The log that is appended to: whose it is and where it lies.
struct LogPlace {
  const Layout& layout;
  const ExecutionKey& key;
  Path path;
};

// The steps under the log's lock.
Result<Appended> append_locked(const LogPlace& place, const LockedLog& log, const Append& append) {
  const auto& [layout, key, path] = place;
  const auto& [given, receipt, durability, limits, admit] = append;
  const ReadAt read = reading_file(log.file, path);
  TRY_SET(const Tail tail, read_tail(read, log.facts.size));
  const auto stands = [&](Verdict verdict) {
    return Appended{
        .verdict = verdict, .next = tail.next(), .closed = tail.closed(), .bytes = 0, .first = false};
  };
  if (given.from > tail.next()) return stands(tail.closed() ? Verdict::after_end : Verdict::gap);
  Batch batch = given;
  if (given.from < tail.next()) {
    TRY_SET(const bool agrees, overlap_agrees(read, tail, given));
    if (!agrees) return stands(Verdict::conflict);
    const std::string_view lines = lines_from(given.lines, tail.next());
    if (lines.empty()) {
      // DUPSYNC: whoever wrote these may have died before its sync.
      if (durability == Durability::sync && step(Step::dupsync)) TRY(sync_data(log.file, path));
      return stands(Verdict::already_there);
    }
    if (event_number(lines) != tail.next()) return stands(Verdict::conflict);
    TRY_SET(batch, decode_batch(lines, tail.next()));
  }
  if (tail.closed()) return stands(Verdict::after_end);
  if (const auto met = limit_met(tail, batch, limits)) {
    Appended refused = stands(Verdict::over_limit);
    refused.met = met;
    return refused;
  }
  TRY_SET(const bool admitted, admit(batch, tail.good_end == 0));
  if (!admitted) return stands(Verdict::not_admitted);
  TRY(prepare(layout, key, log, tail, durability));
  const std::string frame = format_frame({.from = tail.next(),
                                          .next = batch.next,
                                          .count = batch.count,
                                          .bytes = 0,
                                          .crc = 0,
                                          .at = receipt.at,
                                          .age = std::max<Millis>(receipt.age, 0),
                                          .end = batch.ends,
                                          .output = output_at_end(tail, batch),
                                          .key = receipt.key,
                                          .sig = receipt.sig},
                                         batch.lines);
  TRY(write_frame(log, path, tail.good_end, frame, durability));
  return Appended{.verdict = Verdict::appended,
                  .next = batch.next,
                  .closed = batch.ends,
                  .bytes = frame.size(),
                  .first = tail.good_end == 0};
}

}  // namespace

ReadAt LockedLog::reader(const Path& path) const { return reading_file(file, path); }

Result<std::optional<LockedLog>> lock_log(const Layout& layout, const ExecutionKey& key) {
  return open_and_lock(layout.log(key), Open::append);
}

Result<Appended> append_events(const Layout& layout, const ExecutionKey& key, const Append& append) {
  const Path path = layout.log(key);
  TRY_SET(auto log, open_and_lock(path, Open::append));
  if (!log) {
    TRY_SET(const auto closed, closed_without_log(layout, key));
    if (closed) return *closed;
    if (append.batch.from > 1)
      return Appended{.verdict = Verdict::gap, .next = 1, .closed = false, .bytes = 0, .first = false};
    step(Step::create);
    TRY(make_directories(path.parent_path(), append.durability == Durability::sync ? Sync::yes : Sync::no));
    TRY_SET(log, open_and_lock(path, Open::append_create));
  }
  if (!log) return fail(ErrorKind::io, concat(path.string(), " cannot be made"));
  if (log->facts.size == 0) {
    // RECHECK: another endpoint may have taken everything, and the log been packed, since we looked.
    std::optional<Appended> closed;
    if (step(Step::recheck)) {
      TRY_SET(closed, closed_without_log(layout, key));
    }
    if (closed) {
      TRY(remove_file(path));
      return *closed;
    }
    if (append.batch.from > 1)
      return Appended{.verdict = Verdict::gap, .next = 1, .closed = false, .bytes = 0, .first = false};
  }
  auto appended = append_locked({layout, key, path}, *log, append);
  // Refused, a new execution leaves nothing behind, no file of no bytes either.
  const bool refused =
      appended && appended->verdict != Verdict::appended && appended->verdict != Verdict::already_there;
  if (refused && log->facts.size == 0) TRY(remove_file(path));
  return appended;
}

Result<LogPosition> log_position(const Layout& layout, const ExecutionKey& key, Durability durability) {
  const Path path = layout.log(key);
  TRY_SET(const auto log, open_and_lock(path, Open::append));
  if (log && log->facts.size > 0) {
    TRY_SET(const Tail tail, read_tail(log->reader(path), log->facts.size));
    if (durability == Durability::sync) TRY(sync_data(log->file, path));
    return LogPosition{tail.next(), tail.closed()};
  }
  TRY_SET(const auto closed, closed_without_log(layout, key));
  if (closed) return LogPosition{closed->next, true};
  return LogPosition{};
}

}  // namespace testfarm
