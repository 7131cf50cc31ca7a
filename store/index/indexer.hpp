// From the logs to the index. `catch_up` is the only way by which an execution gets into the index. The tick
// calls it for each marker; a rebuild folds everything by the same fold_log. The endpoint never calls it:
// what it would do, the tick does first anyhow.
#pragma once

#include <cstdint>
#include <functional>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/index/index.hpp"
#include "store/layout.hpp"
#include "store/log/frame.hpp"

namespace testfarm {

// Folds what the log has beyond the row, in one transaction, and marks what is due. Costs what is new in the
// log.
Status catch_up(const Layout& layout, Index& index, const ExecutionKey& key);

struct Settled {
  std::uint64_t markers = 0;  // looked at
  std::uint64_t removed = 0;
};
// Catches up everything that has a marker, keeps the summaries of what has ended, removes the markers of what
// is whole in the index. Only the holder of generate.lock may. `left` is told of each marker that had to stay
// because of an error, which is not an error of the whole.
Result<Settled> settle_markers(const Layout& layout, Index& index, Millis now,
                               const std::function<void(const Error&)>& left);

// The fold of a log from the row's offset on; what catch_up and rebuild share. How far what is new is seen.
Result<Reach> fold_log(ExecutionRow& row, const ReadAt& read, std::uint64_t size);

}  // namespace testfarm
