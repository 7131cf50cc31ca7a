// What the index keeps, as values: rows made from the logs (schema/index.sql).
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "schema/ids.hpp"
#include "store/summary/summary.hpp"

namespace testfarm {

struct ExecutionRow {
  ExecutionKey key;
  std::uint64_t offset = 0;
  bool closed = false;
  Summary summary;
};

struct ClientRow {
  ClientKey key;
  std::string state;  // state.json as last seen
};

// One execution as lists show it.
struct ExecutionHeader {
  ExecutionKey key;
  std::string branch;
  Millis started_at = 0;
  Progress progress = Progress::running;
  std::string revision;
  Millis ended_at = 0;      // when the farm heard of its end; 0 while it runs
  std::uint64_t tests = 0;  // reported
  bool has_verdict() const { return progress == Progress::passed || progress == Progress::failed; }
};

// What an execution measured.
struct MeasuredExecution {
  ExecutionHeader header;
  Stats stats;
};

// What a list shows of a row.
inline ExecutionHeader header_of(const ExecutionRow& row) {
  const Summary& summary = row.summary;
  return {.key = row.key,
          .branch = summary.branch,
          .started_at = summary.started_at,
          .progress = summary.progress,
          .revision = summary.repositories.empty() ? "" : summary.repositories[0].revision,
          .ended_at = summary.ended() ? summary.heard_at : 0,
          .tests = summary.tests()};
}

constexpr Millis always = INT64_MAX;  // as a moment: whatever is known

// A failure in one execution.
struct Occurrence {
  ClientId client;
  ExecutionId execution;
  Millis started_at = 0;
  std::string revision;
  Millis ended_at = 0;
};

// A revision that executions told of.
struct Commit {
  std::string repository;
  std::string revision;
  Millis at = 0;
  std::string author;
  std::string message;   // its first line
  Millis listed_at = 0;  // where it stands among the others, if that was asked for
};

// What changed: an execution, and how far that is seen; what is known of a client; a project; all of it.
enum class DueKind : std::uint8_t { output, command, task, execution, client, project, everything };
struct Due {
  DueKind kind;
  std::string project;
  std::string client;
  std::string execution;
};

// A page to be written, as generator/plan/plan.hpp names it.
struct PendingPage {
  std::string kind;
  std::string project;
  std::string client;
  std::string name;
  Millis at = 0;
};

// How far a walk over a project's executions, newest first, has come: this one and newer ones are done.
struct Sweep {
  ProjectId project;
  Millis started_at = 0;
  std::string client;
  std::string execution;
};

struct DayCount {
  Millis day = 0;  // its midnight
  ClientId client;
  Progress outcome;
  std::uint64_t count = 0;
};

// A test that failed, in one execution.
struct FailedTest {
  std::string test;
  Millis started_at = 0;
  ExecutionId execution;
};

}  // namespace testfarm
