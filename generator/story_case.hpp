// What the files of the storyteller share.
#pragma once

#include <string>

#include "generator/story.hpp"

namespace testfarm {

// What is looked for, and as of when.
struct Storyteller::Case {
  ProjectId project;
  std::string branch;
  std::string fingerprint;
  Millis known;
  Failure example;
  std::string task;         // its name
  std::uint64_t tests = 0;  // reported where it was seen
};

constexpr std::size_t most_of_row = 300;    // executions of one client that have it
constexpr std::size_t most_looked_at = 60;  // of those between, that are looked into

}  // namespace testfarm
