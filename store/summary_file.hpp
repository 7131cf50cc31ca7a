// summaries.jsonl of a client's month: one line per finished execution. It outlives the log, so it is written
// with the care of a log: synced before anything relies on it, and a torn last line never swallows the next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"
#include "store/summary.hpp"

namespace testfarm {

struct SummaryLine {
  ExecutionId execution;
  std::uint64_t offset = 0;  // bytes of the log that are folded: all of them
  Summary summary;
};

// All readable lines, the first of each execution. Lines that cannot be read are skipped.
Result<std::vector<SummaryLine>> read_summary_file(const Path& path);
Result<std::optional<SummaryLine>> find_summary_line(const Layout& layout, const ExecutionKey& key);

// The line that says so, with its end.
std::string format_summary_line(const ExecutionKey& key, std::uint64_t offset, const Summary& summary);

// Appends and syncs file and directory. Only the holder of generate.lock may.
Status append_summary_line(const Layout& layout, const ExecutionKey& key, std::uint64_t offset,
                           const Summary& summary);

}  // namespace testfarm
