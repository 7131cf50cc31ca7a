// The index made anew from the logs and the summaries that were kept of expired ones.
#pragma once

#include <cstdint>
#include <functional>

#include "base/result.hpp"
#include "store/index/index.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct RebuildProgress {
  std::uint64_t executions = 0;
  std::uint64_t clients = 0;
};
// A new index from summaries.jsonl and every log without a line there, made current. Everything is due
// afterwards. Only the holder of generate.lock may. `progress` is called after each month of a
// client.
Result<Index> rebuild_index(const Layout& layout,
                            const std::function<void(const RebuildProgress&)>& progress);

// Takes a project whose directory is gone out of the index; the farm's own pages are due. Only the holder of
// generate.lock may, here and below.
Status forget_project(Index& index, const ProjectId& project);
// Reads a project whose directory is back into the index, in place of what it says of it. Everything is due
// afterwards.
Status read_project_again(const Layout& layout, Index& index, const ProjectId& project,
                          const std::function<void(const RebuildProgress&)>& progress);

}  // namespace testfarm
