// Whether a failure is chance.
#pragma once

#include <cstddef>

#include "analysis/failure_case.hpp"
#include "base/result.hpp"

namespace testfarm {

// Chance, or a change? What one commit broke is there at each revision from then on, on each machine that can
// meet it. Evidence of chance is taken from machines that did meet it, while their facts stay the same.
struct Flakiness {
  std::size_t both = 0;      // revisions at which one client had it and did not have it
  std::size_t disagree = 0;  // revisions at which one client had it and another did not
  std::size_t comings = 0;   // how often it came to the client to which it came most often
  std::size_t seen = 0;      // in the last executions of the branch
  std::size_t of = 0;        // how many these are, 100 at most
  bool flaky() const { return both > 0 || disagree >= 2 || comings >= 3; }
};

Result<Flakiness> flakiness_of(FailureLookup& lookup, const FailureCase& of);

}  // namespace testfarm
