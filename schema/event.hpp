// What a client reports about an execution. events.md describes each in words, codec.hpp its JSON.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"

namespace testfarm {

// Numbers of persisted enumerations never appear outside the program: the names in event.cpp are what is
// kept.
enum class TaskKind : std::uint8_t { fetch, configure, build, test, other };
enum class Reason : std::uint8_t { change, forced, schedule, requested };
enum class CommandEnding : std::uint8_t { exited, signalled, timed_out, aborted, not_started };
enum class TestOutcome : std::uint8_t { passed, failed, skipped, error };
enum class TaskOutcome : std::uint8_t { passed, failed, trouble, interrupted, aborted };
// trouble: the infrastructure failed, which says nothing about the code. interrupted: the client died.
// aborted: somebody asked for it.
enum class Outcome : std::uint8_t { passed, failed, trouble, interrupted, aborted };

using Stats = std::map<std::string, double>;
using Facts = std::map<std::string, std::string>;

struct Change {
  std::string revision;
  std::string author;
  std::int64_t time = 0;  // seconds since 1970, as the repository has it
  std::string message;
};

struct Repository {
  std::string name;
  std::string url;
  std::string revision;
  std::string previous;         // revision of the last execution on this branch; empty at the first
  std::vector<Change> changes;  // after previous up to revision, newest first
  std::uint64_t changes_omitted = 0;
};

struct PlannedTask {
  std::string name;
  TaskKind kind = TaskKind::other;
};

struct ExecutionStarted {
  std::string branch;
  Reason reason = Reason::change;
  std::vector<Repository> repositories;
  Facts facts;  // of the machine: system, compiler, architecture …
  std::vector<PlannedTask> plan;
};

// Tasks are numbered from 1 in an execution, commands from 1 in their task.
struct TaskStarted {
  std::uint64_t task = 0;
  std::string name;
  TaskKind kind = TaskKind::other;
  bool mandatory = false;
};

struct CommandStarted {
  std::uint64_t task = 0;
  std::uint64_t command = 0;
  std::string line;  // as a person wrote it, parameters filled in
};

struct Output {
  std::uint64_t task = 0;
  std::uint64_t command = 0;
  std::uint64_t omitted = 0;  // bytes left out before this text
  std::string text;           // as the command wrote it, made valid UTF-8
};

struct CommandEnded {
  std::uint64_t task = 0;
  std::uint64_t command = 0;
  CommandEnding ending = CommandEnding::exited;
  std::int64_t status = 0;  // exit status, or the signal's number
  bool success = false;     // after the success modifier had its say
  Millis duration = 0;
  std::string reason;  // of a failure that its ending does not tell: "1 of 3 tests failed: a.b"
  std::string info;
  Stats stats;
  std::uint64_t output_bytes = 0;
  std::uint64_t omitted_bytes = 0;
};

// How it ended, for people: "exit status 2", "killed by SIGSEGV (11)", "timed out".
std::string ending_words(const CommandEnded& end);

struct TestResult {
  std::string name;
  TestOutcome outcome = TestOutcome::passed;
  double seconds = 0;
  std::string message;
  bool flaky = false;  // passed, after it had failed in the same run
};

struct TestResults {
  std::uint64_t task = 0;
  std::uint64_t command = 0;
  std::vector<TestResult> tests;
};

struct TaskEnded {
  std::uint64_t task = 0;
  TaskOutcome outcome = TaskOutcome::passed;
  Millis duration = 0;
};

struct ExecutionEnded {
  Outcome outcome = Outcome::passed;
  Millis duration = 0;
  std::string reason;  // a sentence, where the outcome needs one
};

// The client no longer has the events from this one's number to `last`; the next event is last + 1.
struct EventsLost {
  std::uint64_t last = 0;
  std::string reason;
};

using EventBody = std::variant<ExecutionStarted, TaskStarted, CommandStarted, Output, CommandEnded,
                               TestResults, TaskEnded, ExecutionEnded, EventsLost>;

struct Event {
  std::uint64_t number = 0;  // from 1 within its execution
  Millis at = 0;             // since the execution's start, by the client's monotonic clock
  EventBody body;

  // The number that the event after this one has.
  std::uint64_t next() const {
    const auto* lost = std::get_if<EventsLost>(&body);
    return (lost != nullptr ? lost->last : number) + 1;
  }
  bool ends_execution() const { return std::holds_alternative<ExecutionEnded>(body); }
};

// The persisted names of an enumeration, in the order of its enumerators.
template <typename Enum>
const std::vector<std::string>& names_of();

template <typename Enum>
const std::string& name_of(Enum value) {
  return names_of<Enum>()[static_cast<std::size_t>(value)];
}

}  // namespace testfarm
