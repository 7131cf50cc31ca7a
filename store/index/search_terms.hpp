// What somebody may look for by its beginning: revisions that were tested, tests that failed.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/index/index.hpp"

namespace testfarm {

constexpr Millis searched_back = 90 * day_ms;  // back from the newest of a letter
constexpr std::size_t searched_executions = 4000;

// Questions to an index, which outlives it; costs nothing to make. Of a letter the newest `most`, newest
// first, of the 90 days before the newest of them: so what they answer changes with executions that have that
// letter, and with nothing else.
class SearchTerms {
 public:
  explicit SearchTerms(Index& index) : index_(index) {}

  struct Tested {
    std::string revision;
    Millis at = 0;  // when an execution of it began last
  };
  struct Revisions {
    std::vector<Tested> revisions;
    bool cut = false;  // there may be others
  };
  // Looks at no more than the newest `looked_at` executions of all letters up to the newest of this one.
  Result<Revisions> revisions(const ProjectId& project, char first, std::size_t most,
                              std::size_t looked_at = searched_executions);

  struct FailedOn {
    std::string test, branch;
    ClientId client;  // on which it failed last
    Millis at = 0;
  };
  struct FailedTests {
    std::vector<FailedOn> tests;
    bool cut = false;  // there may be others
  };
  // `early`: those from A to M, else all others. Of each client and branch the last few hundred such failures
  // are looked at.
  Result<FailedTests> failed_tests(const ProjectId& project, bool early, std::size_t most);

 private:
  Index& index_;
};

}  // namespace testfarm
