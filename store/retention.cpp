#include "store/retention.hpp"

#include "base/gzip.hpp"
#include "base/step.hpp"
#include "store/expired_list.hpp"
#include "store/log_store.hpp"
#include "store/summary_file.hpp"

namespace testfarm {
namespace {

// PACKLINE: the index may say that an execution has ended before its line is written.
Result<bool> is_settled(const Layout& layout, const ExecutionKey& key) {
  if (!step(Step::packline)) return true;
  if (file_exists(layout.marker(key))) return false;
  TRY_SET(const auto line, find_summary_line(layout, key));
  return line.has_value();
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

Result<Kept> pack_log(const Layout& layout, const ExecutionKey& key) {
  TRY_SET(const bool settled, is_settled(layout, key));
  if (!settled) return Kept::not_yet;
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

Result<std::uint64_t> expire_logs(const Layout& layout, const std::vector<ExecutionKey>& keys, Millis now) {
  std::vector<ExecutionKey> settled;
  for (const ExecutionKey& key : keys) {
    TRY_SET(const bool may, is_settled(layout, key));
    if (may) settled.push_back(key);
  }
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
