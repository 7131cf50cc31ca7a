// The index: a cache of rows made from the logs. Nothing here is truth (schema/index.sql). The questions that
// pages ask stand by topic in the headers beside this one: history, branch_results, failures, failed_tests,
// commits, due.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/index/rows.hpp"
#include "store/index/sqlite.hpp"
#include "store/layout.hpp"
#include "store/retired.hpp"

namespace testfarm {

class Index {
 public:
  // The index that `current` leads to. Nothing where there is none, it does not open, or it was written in
  // another boot of the host (a cache without syncs may have lost anything). conflict where it is of a newer
  // version.
  static Result<std::optional<Index>> open(const Layout& layout, Millis patience);
  // Whom the index that `current` leads to knew, whatever boot it is of; nobody where it cannot be read.
  static std::vector<ClientKey> known_before(const Layout& layout);
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
  // What the project counts no more: not of the index but of its file, read anew where that has changed.
  Result<Retired> retired(const ProjectId& project);
  // Every row of every table but the volatile ones as text, in the order of the keys: equal for equal farms.
  Result<std::string> dump();

  Database& database() { return database_; }  // for the topics beside

 private:
  Index(Database database, FileFacts facts, Path path, Layout layout)
      : database_(std::move(database)), facts_(facts), path_(std::move(path)), layout_(std::move(layout)) {}
  struct KnownRetired {
    std::optional<FileFacts> facts;
    Retired retired;
  };
  struct Found;
  Result<std::optional<ExecutionRow>> row_of(const ExecutionKey& key, bool changes);
  Status count_day(const ExecutionKey& key, const std::optional<Found>& before, const Found& now);
  Database database_;
  FileFacts facts_;
  Path path_;
  Layout layout_;
  std::map<ProjectId, KnownRetired> retired_;
};

}  // namespace testfarm
