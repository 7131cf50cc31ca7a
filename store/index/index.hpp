// The index: rows made from the logs, and the questions that pages ask. Nothing here is truth
// (schema/index.sql).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/index/sqlite.hpp"
#include "store/layout.hpp"
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
struct Brief {
  ExecutionKey key;
  std::string branch;
  Millis started_at = 0;
  Progress progress = Progress::running;
  std::string revision;
  Millis ended_at = 0;      // when the farm heard of its end; 0 while it runs
  std::uint64_t tests = 0;  // reported
  bool judged() const { return progress == Progress::passed || progress == Progress::failed; }
};

constexpr Millis always = INT64_MAX;  // as a moment: whatever is known

// A failure in one execution.
struct Sighting {
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

class Index {
 public:
  // The index that `current` leads to. Nothing where there is none, it does not open, or it was written in
  // another boot of the host (a cache without syncs may have lost anything). conflict where it is of a newer
  // version.
  static Result<std::optional<Index>> open(const Layout& layout, Millis patience);
  // A new, empty one under a name never used before; `publish` makes it current.
  static Result<Index> create(const Layout& layout);
  // Switches `current` here by rename and removes the files of older ones.
  Status publish(const Layout& layout);
  // Whether `current` still leads to this file: ask before each use of a handle that was kept.
  bool is_current(const Layout& layout) const;

  std::uint64_t steps() const { return database_.steps(); }  // of SQLite, for benches

  Result<Transaction> begin() { return Transaction::begin(database_); }
  // For many questions: the lock is taken once. Nobody can write until it ends.
  Result<Transaction> begin_reading() { return Transaction::begin_reading(database_); }

  Result<std::optional<ExecutionRow>> execution(const ExecutionKey& key);
  // The same without the changes told, which pages of many executions do not show.
  Result<std::optional<ExecutionRow>> execution_in_short(const ExecutionKey& key);
  Status put(const ExecutionRow& row);
  Status put_client(const ClientRow& row);
  Status put_project(const ProjectId& project);

  Result<std::vector<ProjectId>> projects();
  Result<std::vector<ClientRow>> clients(const ProjectId& project);
  Result<std::vector<std::string>> branches(const ClientKey& client);
  // Newest first.
  Result<std::vector<Brief>> latest(const ClientKey& client, const std::string& branch, std::size_t most);
  Result<std::vector<Brief>> latest(const ClientKey& client, std::size_t most);
  Result<std::vector<Brief>> between(const ProjectId& project, Millis from, Millis to, std::size_t most);
  // Beyond a place in that order: what a walk takes next.
  Result<std::vector<Brief>> older_than(const Sweep& place, std::size_t most);
  // Who tested a revision.
  Result<std::vector<Brief>> of_revision(const ProjectId& project, const std::string& revision,
                                         std::size_t most);
  Result<std::vector<Brief>> of_revision(const ProjectId& project, const std::string& branch,
                                         const std::string& revision, std::size_t most);
  Result<std::optional<Brief>> oldest_of_revision(const ProjectId& project, const std::string& revision);
  // The same with their summaries.
  Result<std::vector<ExecutionRow>> latest_rows(const ClientKey& client, std::size_t most);
  // The newest execution of the branch that passed, and the oldest failed one after it: since when it fails.
  Result<std::optional<Brief>> last_passed(const ClientKey& client, const std::string& branch);
  Result<std::optional<Brief>> first_failed_after(const ClientKey& client, const std::string& branch,
                                                  Millis after);
  // Executions of the branch that passed or failed, begun from `from` to before `to` and ended by `known`;
  // newest first.
  Result<std::vector<Brief>> judged(const ClientKey& client, const std::string& branch, Millis from,
                                    Millis to, Millis known, std::size_t most);
  // The oldest so many that began at `from` or later, oldest first.
  Result<std::vector<Brief>> judged_from(const ClientKey& client, const std::string& branch, Millis from,
                                         Millis known, std::size_t most);
  // The same whatever they came to.
  Result<std::vector<Brief>> of_branch(const ClientKey& client, const std::string& branch, Millis from,
                                       Millis to, Millis known, std::size_t most);
  // The newest that passed before a moment, as far as it was known.
  Result<std::optional<Brief>> passed_before(const ClientKey& client, const std::string& branch,
                                             Millis before, Millis known);
  // The oldest that passed from a moment on.
  Result<std::optional<Brief>> passed_from(const ClientKey& client, const std::string& branch, Millis from,
                                           Millis known);
  // The last executions of any client that passed or failed on the branch, by when the farm heard of them.
  Result<std::vector<Brief>> heard_last(const ProjectId& project, const std::string& branch, Millis known,
                                        std::size_t most);
  // Executions that the farm heard of later than that.
  Result<std::vector<Brief>> heard_after(const ProjectId& project, const std::string& branch, Millis moment,
                                         std::size_t most);
  Result<std::vector<std::string>> branches_of(const ProjectId& project);

  // Which clients met the failure.
  Result<std::vector<ClientId>> clients_with(const ProjectId& project, const std::string& branch,
                                             const std::string& fingerprint);
  // Newest first; begun from `from` to before `to`, ended by `known`.
  Result<std::vector<Sighting>> sightings(const ProjectId& project, const std::string& branch,
                                          const std::string& fingerprint, Millis known, std::size_t most);
  Result<std::vector<Sighting>> sightings(const ClientKey& client, const std::string& branch,
                                          const std::string& fingerprint, Millis from, Millis to,
                                          Millis known, std::size_t most);
  // The first ever, and the first of the client begun from a moment on.
  Result<std::optional<Sighting>> first_sighting(const ProjectId& project, const std::string& branch,
                                                 const std::string& fingerprint, Millis known);
  Result<std::optional<Sighting>> first_sighting(const ClientKey& client, const std::string& branch,
                                                 const std::string& fingerprint, Millis from, Millis known);

  // Which failures the client met in executions begun from `from` to before `to`.
  Result<std::vector<std::string>> fingerprints(const ClientKey& client, const std::string& branch,
                                                Millis from, Millis to, std::size_t most,
                                                std::size_t most_rows = 2000);

  // Names of tests that failed, each with the executions, newest first; begun from a moment on.
  struct FailedTest {
    std::string test;
    Millis started_at = 0;
    ExecutionId execution;
  };
  Result<std::vector<FailedTest>> failed_tests(const ClientKey& client, const std::string& branch,
                                               Millis from, std::size_t most);
  Result<std::optional<FailedTest>> last_failure_of_test(const ClientKey& client, const std::string& branch,
                                                         const std::string& test, Millis before);
  // The last execution before a moment whose results do not have it.
  Result<std::optional<Brief>> last_without_failure_of_test(const ClientKey& client,
                                                            const std::string& branch,
                                                            const std::string& test, Millis before);
  Result<std::optional<FailedTest>> first_failure_of_test(const ClientKey& client, const std::string& branch,
                                                          const std::string& test);
  // The nearest execution that ended with test results, before a moment or after it.
  Result<std::optional<Brief>> with_tests(const ClientKey& client, const std::string& branch, Millis moment,
                                          bool later);

  // The first repository of the branch's newest execution: the one whose revisions stand for what was tested.
  Result<std::optional<std::string>> main_repository(const ProjectId& project, const std::string& branch);
  // Newest first.
  Result<std::vector<Commit>> commits(const ProjectId& project, const std::string& branch,
                                      const std::string& repository, Millis from, Millis to,
                                      std::size_t most);
  Result<std::optional<Commit>> commit(const ProjectId& project, const std::string& branch,
                                       const std::string& repository, const std::string& revision);

  // The one before and the one after, by time, of the same client.
  Result<std::optional<Brief>> previous(const Brief& of);
  Result<std::optional<Brief>> following(const Brief& of);
  // The newest and the oldest execution before and from a moment on; nothing where there is none.
  Result<std::optional<Millis>> newest_before(const ProjectId& project, Millis moment);
  Result<std::optional<Millis>> oldest_from(const ProjectId& project, Millis moment);
  // How many executions began before a moment's day was over.
  Result<std::uint64_t> count_until(const ProjectId& project, Millis moment);
  // Newest day first.
  Result<std::vector<DayCount>> days(const ProjectId& project, Millis from, Millis to);

  Status mark_due(DueKind kind, const std::string& project = {}, const std::string& client = {},
                  const std::string& execution = {});
  Result<std::vector<Due>> due();
  Status forget_due();

  Status put_page(const PendingPage& page);
  Result<std::vector<PendingPage>> pages();
  Status page_done(const PendingPage& page);

  Status put_sweep(const Sweep& sweep);
  Result<std::vector<Sweep>> sweeps();
  Status sweep_done(const ProjectId& project);

  // Every row of every table but the volatile ones as text, in the order of the keys: equal for equal farms.
  Result<std::string> dump();

 private:
  Index(Database database, FileFacts facts, Path path)
      : database_(std::move(database)), facts_(facts), path_(std::move(path)) {}
  Result<std::vector<Brief>> briefs(std::string_view where, const std::vector<SqlValue>& values);
  Result<std::optional<Brief>> one(std::string_view where, const std::vector<SqlValue>& values);
  struct Found;
  Result<std::optional<ExecutionRow>> row_of(const ExecutionKey& key, bool changes);
  Status count_day(const ExecutionKey& key, const std::optional<Found>& before, const Found& now);
  Result<std::vector<Brief>> judged_in(const ClientKey& client, const std::string& branch, Millis from,
                                       Millis to, Millis known, std::size_t most, bool newest);
  Status put_commits(const ExecutionRow& row);
  Status put_failures(const ExecutionRow& row);
  Status take_failures(const ExecutionRow& row);
  Result<std::vector<Sighting>> sightings_by(std::string_view where, const std::vector<SqlValue>& values);
  Result<std::vector<FailedTest>> failed_tests_by(std::string_view where,
                                                  const std::vector<SqlValue>& values);
  Database database_;
  FileFacts facts_;
  Path path_;
};

}  // namespace testfarm
