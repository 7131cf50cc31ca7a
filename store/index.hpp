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
#include "store/layout.hpp"
#include "store/sqlite.hpp"
#include "store/summary.hpp"

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
};

enum class DueKind : std::uint8_t { execution, client, project, everything };
struct Due {
  DueKind kind;
  std::string project;
  std::string client;
  std::string execution;
  std::int64_t version = 0;
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

  Result<Transaction> begin() { return Transaction::begin(database_); }

  Result<std::optional<ExecutionRow>> execution(const ExecutionKey& key);
  Status put(const ExecutionRow& row);
  Status put_client(const ClientRow& row);
  Status put_project(const ProjectId& project);

  Result<std::vector<ProjectId>> projects();
  Result<std::vector<ClientRow>> clients(const ProjectId& project);
  Result<std::vector<std::string>> branches(const ClientKey& client);
  // Newest first.
  Result<std::vector<Brief>> latest(const ClientKey& client, const std::string& branch, std::size_t most);
  Result<std::vector<Brief>> latest(const ClientKey& client, std::size_t most);
  Result<std::vector<Brief>> between(const ProjectId& project, Millis from, Millis to);
  // The newest execution of the branch that passed, and the oldest failed one after it: since when it fails.
  Result<std::optional<Brief>> last_passed(const ClientKey& client, const std::string& branch);
  Result<std::optional<Brief>> first_failed_after(const ClientKey& client, const std::string& branch,
                                                  Millis after);
  // The one before and the one after, by time, of the same client.
  Result<std::optional<Brief>> previous(const Brief& of);
  Result<std::optional<Brief>> following(const Brief& of);
  // Midnights of the first of each month that has executions, newest first.
  Result<std::vector<Millis>> months(const ProjectId& project);
  // Keys of all executions of a project, in pages of at most `most`, after `after` (empty for the first
  // page).
  Result<std::vector<ExecutionKey>> executions_after(const ProjectId& project, const std::string& client,
                                                     const std::string& execution, std::size_t most);

  Status mark_due(DueKind kind, const std::string& project = {}, const std::string& client = {},
                  const std::string& execution = {});
  Result<std::vector<Due>> due();
  // Every row of every table but `due` as text, in the order of the keys: equal for equal farms.
  Result<std::string> dump();
  // Removes the row unless it changed again since it was read.
  Status done(const Due& due);

 private:
  Index(Database database, FileFacts facts, Path path)
      : database_(std::move(database)), facts_(facts), path_(std::move(path)) {}
  Result<std::vector<Brief>> briefs(std::string_view where, const std::vector<SqlValue>& values);
  Result<std::optional<Brief>> one(std::string_view where, const std::vector<SqlValue>& values);
  Database database_;
  FileFacts facts_;
  Path path_;
};

}  // namespace testfarm
