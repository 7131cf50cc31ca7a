// Every failure of a project that is open: what the last results of its clients fail with, on every branch.
#pragma once

#include <cstddef>
#include <vector>

#include "analysis/project_state.hpp"
#include "analysis/story.hpp"
#include "base/result.hpp"

namespace testfarm {

constexpr std::size_t most_open_failures = 50;  // that are told; each costs some questions to the index

enum class Standing : unsigned char {
  fresh,     // never seen on its branch before it began
  returned,  // seen before, gone, and back
  flaky
};

struct OpenFailure {
  Story story;
  Standing standing = Standing::fresh;
  Occurrence since;  // where it began on the client that has had it longest
};

struct OpenFailures {
  std::vector<OpenFailure> failures;  // most clients first, flaky ones last
  std::size_t untold = 0;             // more than these, beyond the bound
  bool counted = true;  // false where executions left failures out: then there may be more still
};

// As of now.
Result<OpenFailures> read_open_failures(Index& index, const ProjectState& project);

}  // namespace testfarm
