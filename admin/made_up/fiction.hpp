// Believable executions, made up: what `simulate` puts into a farm and tests build upon. The same seed tells
// the same story.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "schema/event.hpp"

namespace testfarm {

struct FictionShape {
  std::uint64_t seed = 1;
  std::uint64_t tasks = 4;
  std::uint64_t commands = 3;         // of each task
  std::uint64_t output_bytes = 1024;  // of each command, about
  std::uint64_t tests = 40;           // of the test task
};

struct FictionCommit {
  std::string revision;
  std::string author;
  std::string message;
  Millis at = 0;
};

// A project's commits; one of them is the culprit, which breaks the build or a test until another mends it.
class FictionHistory {
 public:
  FictionHistory(std::uint64_t seed, Millis from, Millis to, std::size_t commits);
  const std::vector<FictionCommit>& commits() const { return commits_; }
  std::size_t culprit() const { return culprit_; }
  std::size_t fix() const { return fix_; }  // commits().size() where nothing mends it
  bool broken_at(std::size_t commit) const { return commit >= culprit_ && commit < fix_; }
  // The newest commit at a time.
  std::size_t tip(Millis at) const;

 private:
  std::vector<FictionCommit> commits_;
  std::size_t culprit_ = 0;
  std::size_t fix_ = 0;
};

struct FictionMachine {
  std::string system, compiler, architecture;
  bool sees_culprit = true;  // some breakages show on some machines only
};
FictionMachine fiction_machine(std::uint64_t number);

// All events of one execution of commit `commit`, the previous one having tested `previous`. Now and then a
// machine has infrastructure trouble or is interrupted, by the dice.
std::vector<Event> fiction_execution(const FictionShape& shape, const FictionHistory& history,
                                     const FictionMachine& machine, std::size_t previous, std::size_t commit,
                                     std::mt19937_64& dice);

}  // namespace testfarm
