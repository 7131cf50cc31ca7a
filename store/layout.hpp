// Where a farm keeps what: the only place that makes paths, and only from ids (DESIGN section 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "schema/ids.hpp"

namespace testfarm {

class Layout {
 public:
  explicit Layout(Path root) : root_(std::move(root)) {}

  const Path& root() const { return root_; }
  Path farm_toml() const { return root_ / "farm.toml"; }
  Path generate_lock() const { return root_ / "generate.lock"; }
  Path counters() const { return root_ / "counters"; }

  Path projects() const { return root_ / "projects"; }
  Path project(const ProjectId& id) const { return projects() / id.text(); }
  Path project_toml(const ProjectId& id) const { return project(id) / "project.toml"; }

  Path clients(const ProjectId& id) const { return project(id) / "clients"; }
  Path client(const ClientKey& key) const { return clients(key.project) / key.client.text(); }
  Path client_toml(const ClientKey& key) const { return client(key) / "client.toml"; }
  Path client_log(const ClientKey& key) const { return client(key) / "client.jsonl"; }
  Path client_state(const ClientKey& key) const { return client(key) / "state.json"; }
  Path client_usage(const ClientKey& key) const { return client(key) / "usage"; }

  Path month(const ExecutionKey& key) const { return client(key.owner) / key.execution.month(); }
  Path log(const ExecutionKey& key) const { return month(key) / (key.execution.text() + ".jsonl"); }
  Path packed_log(const ExecutionKey& key) const { return month(key) / (key.execution.text() + ".jsonl.gz"); }
  Path cut(const ExecutionKey& key) const { return month(key) / (key.execution.text() + ".cut"); }
  Path summaries(const ExecutionKey& key) const { return month(key) / "summaries.jsonl"; }
  Path expired(const ExecutionKey& key) const { return month(key) / "expired"; }

  // Empty files that say: this may be ahead of the index.
  Path open() const { return root_ / "open"; }
  Path marker(const ProjectId& project) const { return open() / project.text(); }
  Path marker(const ClientKey& key) const;
  Path marker(const ExecutionKey& key) const;

  Path index() const { return root_ / "index"; }
  Path current_index() const { return index() / "current"; }  // a link to N.sqlite

 private:
  Path root_;
};

// What the name of a marker says. Client and execution are there as far as the name goes.
struct MarkerName {
  ProjectId project;
  std::optional<ClientId> client;
  std::optional<ExecutionId> execution;
  static std::optional<MarkerName> parse(std::string_view name);
};

// The execution whose log a file's name in a month directory says: E.jsonl or E.jsonl.gz.
std::optional<ExecutionId> execution_of_log(std::string_view file_name);

}  // namespace testfarm
