// What is still to be done: changes, pages and walks. The volatile part of the index.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/index/index.hpp"

namespace testfarm {

// Questions to an index, which outlives it; costs nothing to make.
class DueList {
 public:
  explicit DueList(Index& index) : index_(index) {}

  Status mark_due(DueKind kind, const std::string& project = {}, const std::string& client = {},
                  const std::string& execution = {});
  Result<std::vector<Due>> due();
  Status forget_due();
  Status put_page(const PendingPage& page);
  Result<std::vector<PendingPage>> pages();
  Status page_done(const PendingPage& page);
  Status put_sweep(const Sweep& sweep);
  Result<std::vector<Sweep>> sweeps();
  Status sweep_done(const ProjectId& project);

 private:
  Index& index_;
};

}  // namespace testfarm
