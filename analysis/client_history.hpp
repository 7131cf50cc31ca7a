// How one client met a failure: which of its executions have it, which surely do not, and the row in between.
#pragma once

#include <optional>

#include "analysis/failure_case.hpp"
#include "analysis/suspects.hpp"
#include "base/result.hpp"
#include "store/index/rows.hpp"

namespace testfarm {

// One client that met the failure: the last row of executions that have it.
struct ClientHistory {
  ClientKey client;
  std::optional<ExecutionHeader> good;      // the last before it that does not have it
  Occurrence first, last;                   // of the row
  bool sure = true;                         // `first` is where it began, not merely where looking back ended
  std::optional<ExecutionHeader> fixed_by;  // the first after it that does not have it
  Range range;
  bool same_cause = false;  // gone here, and it went on beside a row that is open: what broke that broke this
  Millis retired_at = 0;    // since when the client or the branch counts no more; 0 where it counts
  bool open() const { return !fixed_by && retired_at == 0; }
};

// The last row of executions of a client, begun before a moment, that have the failure; nothing where none
// has.
Result<std::optional<ClientHistory>> client_history(FailureLookup& lookup, const FailureCase& of,
                                                    const ClientKey& client, Millis before);

}  // namespace testfarm
