// What a tick has to write, kept in the index until it is written: rows of `pages` that changes asked for,
// and walks over all executions (`sweeps`) where everything is due. Whoever dies on the way goes on in the
// next tick.
#pragma once

#include <functional>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "generator/site/site_writer.hpp"
#include "generator/tick/page_workers.hpp"
#include "generator/tick/tick_options.hpp"
#include "store/index/index.hpp"

namespace testfarm {

class PageQueue {
 public:
  PageQueue(const Layout& layout, const FarmConfig& farm, Index& index, const Clock& clock,
            const TickOptions& options);

  // From what changed to pages. True if there is something to write, or a walk goes on.
  Result<bool> absorb(bool everything);
  // Writes until all is written or the budget ends.
  Status write();
  Status write_assets();
  TickReport report() const;

 private:
  Status begin_sweeps();
  Status write_pending(const std::vector<PendingPage>& rows);
  Status sweep_batch(Sweep& sweep);
  Status settle(const std::vector<Unwritten>& failures);
  void show_progress(const Sweep& sweep);
  bool enough() const;
  Result<std::optional<Transaction>> transaction();

  Index& index_;
  const Clock& clock_;
  const TickOptions& options_;
  Millis deadline_;
  SiteWriter site_;
  PageWorkers workers_;
  std::uint64_t failed_ = 0;
  bool finished_ = true;
};

}  // namespace testfarm
