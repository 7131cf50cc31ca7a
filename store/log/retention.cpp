#include "store/log/retention.hpp"

#include <set>

#include "base/gzip.hpp"
#include "base/step.hpp"
#include "store/log/expired_list.hpp"
#include "store/log/log_store.hpp"
#include "store/log/summary_file.hpp"

namespace testfarm {
namespace {

// PACKLINE: the index may say that an execution has ended before its line is written. What of some executions
// of one client and month has a line and no marker.
Result<std::vector<ExecutionKey>> settled_of(const Layout& layout, const std::vector<ExecutionKey>& keys) {
  if (keys.empty() || !step(Step::packline)) return keys;
  std::set<ExecutionId> lines;
  TRY(each_summary_line(layout.summaries(keys.front()), [&](const SummaryLine& line) -> Status {
    lines.insert(line.execution);
    return {};
  }));
  std::vector<ExecutionKey> settled;
  for (const ExecutionKey& key : keys)
    if (lines.contains(key.execution) && !file_exists(layout.marker(key))) settled.push_back(key);
  return settled;
}

// PACKCHECK: an old copy of a POST may have left an empty log beside the packed one, or not all of it.
Result<bool> is_whole(const LockedLog& log, const Path& path) {
  if (!step(Step::packcheck)) return true;
  TRY_SET(const auto last, last_frame(log.reader(path), log.facts.size));
  return last && last->header.end && last->end == log.facts.size;
}

Status write_packed(const Layout& layout, const ExecutionKey& key, const LockedLog& log) {
  TRY_SET(const std::string bytes, read_at(log.file, 0, log.facts.size, layout.log(key)));
  TRY_SET(const std::string packed, gzip(bytes));
  // PACKDIR: the name of the packed one is durable before the plain one goes.
  return replace_file(layout.packed_log(key), packed, step(Step::packdir) ? Sync::yes : Sync::no);
}

}  // namespace

namespace {

Result<Kept> pack_settled(const Layout& layout, const ExecutionKey& key) {
  const Path path = layout.log(key);
  TRY_SET(const auto log, lock_log(layout, key));
  if (!log) return file_exists(layout.packed_log(key)) ? Kept::already : Kept::not_yet;
  const bool packed_before = step(Step::packcheck) && file_exists(layout.packed_log(key));
  if (!packed_before) {
    TRY_SET(const bool whole, is_whole(*log, path));
    if (!whole) return Kept::not_yet;
    TRY(write_packed(layout, key, *log));
  }
  TRY(remove_file(path));
  return Kept::done;
}

}  // namespace

Result<Kept> pack_log(const Layout& layout, const ExecutionKey& key) {
  TRY_SET(const auto settled, settled_of(layout, {key}));
  return settled.empty() ? Kept::not_yet : pack_settled(layout, key);
}

Result<std::uint64_t> pack_logs(const Layout& layout, const std::vector<ExecutionKey>& keys) {
  TRY_SET(const auto settled, settled_of(layout, keys));
  std::uint64_t count = 0;
  for (const ExecutionKey& key : settled) {
    TRY_SET(const Kept kept, pack_settled(layout, key));
    if (kept == Kept::done) ++count;
  }
  return count;
}

Result<std::uint64_t> expire_logs(const Layout& layout, const std::vector<ExecutionKey>& keys, Millis now) {
  TRY_SET(const auto settled, settled_of(layout, keys));
  // XPFIRST: from now on who misses one of these logs knows that it has expired.
  if (step(Step::xpfirst)) TRY(add_expired(layout, settled, now));
  std::uint64_t count = 0;
  for (const ExecutionKey& key : settled) {
    TRY_SET(const auto log, lock_log(layout, key));
    bool any = false;
    for (const Path& path : {layout.packed_log(key), layout.log(key), layout.cut(key)}) {
      TRY_SET(const bool gone, remove_file(path));
      any = any || gone;
    }
    if (any) ++count;
  }
  return count;
}

}  // namespace testfarm
