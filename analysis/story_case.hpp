// What the files of the storyteller share.
#pragma once

#include <string>

#include "analysis/story.hpp"

namespace testfarm {

// Where one execution has it.
struct Storyteller::Where {
  Failure example;
  std::string task;         // its name
  std::uint64_t tests = 0;  // reported there
};

// What is looked for, and as of when.
struct Storyteller::Case {
  ProjectId project;
  std::string branch;
  std::string fingerprint;
  Millis known;
  Where newest;
};

// The last execution of a client that surely does not have it, before one that has.
struct Storyteller::Without {
  std::optional<Brief> execution;
  bool sure = true;        // false where a newer one may have been overlooked
  Millis looked_from = 0;  // what began before was not looked at
};

constexpr std::size_t most_of_row = 300;    // executions of one client that have it
constexpr std::size_t most_looked_at = 60;  // of those between, that are looked into

}  // namespace testfarm
