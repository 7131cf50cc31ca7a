// What an execution came to: a pure fold of its events, and the only place where events get a meaning. A
// summary is the whole state of the fold, bounded in size, so that it can be stored, taken up again and
// compared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/event.hpp"
#include "store/summary/first_error.hpp"

namespace testfarm {

struct RepositorySummary {
  std::string name;
  std::string url;  // as the client fetches it; empty where it is longer than a name may be
  std::string revision;
  std::string previous;
  std::uint64_t changes = 0;  // since previous, those left out included
  std::string author;         // of the newest change, and its first line
  std::string message;
  std::vector<Change>
      listed_changes;  // the changes that were told, newest first; of each message its first line
};

// What failed: a command, or a test that a command reported.
struct Failure {
  std::string fingerprint;  // store/summary/fingerprint.hpp
  std::uint64_t task = 0;
  std::uint64_t command = 0;
  std::string test;        // its name; empty for a command
  std::string says;        // the first error, as text
  std::uint64_t line = 0;  // of the command's output; 0 for unknown
};

// How far a task or an execution is: running, or its outcome.
enum class Progress : std::uint8_t { passed, failed, trouble, interrupted, aborted, running };

struct TaskSummary {
  std::string name;
  TaskKind kind = TaskKind::other;
  Progress progress = Progress::running;
  Millis duration = 0;
  std::uint64_t commands = 0;
  std::uint64_t failed_command = 0;  // number of the first that failed, 0 for none
  std::string failed_line;
};

struct Summary {
  Millis started_at = 0;  // server's clock
  Millis heard_at = 0;    // receipt of the last frame
  Millis late = 0;        // after its beginning the first frame came, if that was more than an hour
  std::uint64_t next = 1;
  std::string branch;
  Reason reason = Reason::change;
  std::vector<RepositorySummary> repositories;
  Facts facts;
  std::vector<PlannedTask> plan;
  std::vector<TaskSummary> tasks;
  std::string running_line;  // command that runs now
  Progress progress = Progress::running;
  Millis duration = 0;
  std::string ended_because;
  Stats stats;  // of all commands; the last value of a name
  std::uint64_t tests_passed = 0;
  std::uint64_t tests_failed = 0;
  std::uint64_t tests_skipped = 0;
  std::vector<std::string> failed_tests;  // the first `most_failed_tests`
  std::vector<Failure> failures;          // the first `most_failures`
  std::uint64_t failures_omitted = 0;
  ErrorWatch error;                    // of the command that runs
  std::uint64_t tests_of_command = 0;  // that failed in the command that runs
  std::uint64_t lost_events = 0;       // that the client no longer had
  std::uint64_t unknown_lines = 0;     // that this version cannot read
  std::uint64_t bad_places = 0;        // damage in the log
  std::uint64_t bad_bytes = 0;

  bool ended() const { return progress != Progress::running; }
  std::uint64_t tests() const { return tests_passed + tests_failed + tests_skipped; }  // reported
  const Failure* failure(std::string_view fingerprint) const;  // nothing where it does not have it
  // The task in which it stopped, if one did not pass.
  const TaskSummary* stopped_in() const;
};

constexpr std::size_t most_failed_tests = 200;
constexpr std::size_t most_failures = 20;

// What the server knew when a frame came.
void apply_receipt(Summary& summary, Millis at, Millis age);
// How far an event is seen: in the output of the running command; on the execution's page; where it says what
// the client is at; on every list. In this order, each farther than the one before.
enum class Reach : std::uint8_t { output, command, task, execution };
Reach apply(Summary& summary, const Event& event);

}  // namespace testfarm
