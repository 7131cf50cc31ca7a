// How long a test took in a client's runs: only the logs say it, so each is read once and what it says is
// kept for a while.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "analysis/client_overview.hpp"
#include "base/result.hpp"
#include "store/index/index.hpp"
#include "store/layout.hpp"

namespace testfarm {

constexpr std::size_t timed_runs = 20;

// Outlived by what it was made with.
class TestTimes {
 public:
  TestTimes(const Layout& layout, Index& index) : layout_(layout), index_(index) {}

  // In seconds, oldest first: of the last runs with test results begun by `until`, those that told it and
  // whose log is still there.
  Result<std::vector<PlotPoint>> of(const ClientKey& client, const std::string& branch,
                                    const std::string& test, Millis until);

 private:
  struct Taken {
    double seconds = 0;
    bool failed = false;
  };
  using ByTest = std::map<std::string, Taken>;
  Result<const ByTest*> in(const ExecutionKey& run);
  const Layout& layout_;
  Index& index_;
  std::map<ExecutionKey, ByTest> read_;
  std::size_t kept_ = 0;
};

}  // namespace testfarm
