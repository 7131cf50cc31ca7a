// summaries.jsonl of a client's month: one line per finished execution. It outlives the log, so it is written
// with the care of a log: synced before anything relies on it, and a torn last line never swallows the next.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/file.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"
#include "store/summary/summary.hpp"

namespace testfarm {

struct SummaryLine {
  ExecutionId execution;
  std::uint64_t offset = 0;  // bytes of the log that are folded: all of them
  Summary summary;
};

// All readable lines, the first of each execution; a file of any size in little memory. Lines that cannot be
// read are skipped.
Status each_summary_line(const Path& path, const std::function<Status(const SummaryLine&)>& visit);
Result<std::optional<SummaryLine>> find_summary_line(const Layout& layout, const ExecutionKey& key);
// Whether one of the last lines, in a fixed number of bytes, is of that execution. Enough for who is about to
// append: only a run that died just now has left one, and a second line does no harm, because readers take
// the first.
Result<bool> has_late_summary_line(const Layout& layout, const ExecutionKey& key);

// The line that says so, with its end.
std::string format_summary_line(const ExecutionKey& key, std::uint64_t offset, const Summary& summary);

// Appends; sync_summaries makes it durable. Only the holder of generate.lock may.
Status append_summary_line(const Layout& layout, const ExecutionKey& key, std::uint64_t offset,
                           const Summary& summary);
Status sync_summaries(const Layout& layout, const ExecutionKey& key);

}  // namespace testfarm
