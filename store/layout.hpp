// Where a farm keeps what: the only place that makes paths, and only from ids.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/text.hpp"
#include "schema/ids.hpp"

namespace testfarm {

class Layout {
 public:
  explicit Layout(Path root) : root_(std::move(root)), text_(root_.string()) {}

  const Path& root() const { return root_; }
  Path farm_toml() const { return at("farm.toml"); }
  Path last_good() const { return at("last-good"); }
  Path identity() const { return at("identity.json"); }
  Path generate_lock() const { return at("generate.lock"); }
  Path ticked() const { return at("ticked"); }
  Path counters() const { return at("counters"); }

  Path removed() const { return at("removed"); }
  Path projects() const { return at("projects"); }
  Path project(const ProjectId& id) const { return at("projects/", id.text()); }
  Path project_toml(const ProjectId& id) const { return at("projects/", id.text(), "/project.toml"); }
  Path start_toml(const ProjectId& id) const { return at("projects/", id.text(), "/start.toml"); }
  Path retired(const ProjectId& id) const { return at("projects/", id.text(), "/retired.jsonl"); }

  Path invites(const ProjectId& id) const { return at("projects/", id.text(), "/invites.jsonl"); }

  Path clients(const ProjectId& id) const { return at("projects/", id.text(), "/clients"); }
  Path client(const ClientKey& key) const { return of_client(key, ""); }
  Path client_toml(const ClientKey& key) const { return of_client(key, "/client.toml"); }
  Path client_log(const ClientKey& key) const { return of_client(key, "/client.jsonl"); }
  Path client_state(const ClientKey& key) const { return of_client(key, "/state.json"); }
  Path client_door(const ClientKey& key) const { return of_client(key, "/door.json"); }
  Path client_usage(const ClientKey& key) const { return of_client(key, "/usage"); }

  Path month(const ExecutionKey& key) const { return of_month(key, "", ""); }
  Path log(const ExecutionKey& key) const { return of_month(key, key.execution.text(), ".jsonl"); }
  Path packed_log(const ExecutionKey& key) const { return of_month(key, key.execution.text(), ".jsonl.gz"); }
  Path cut(const ExecutionKey& key) const { return of_month(key, key.execution.text(), ".cut"); }
  Path summaries(const ExecutionKey& key) const { return of_month(key, "summaries", ".jsonl"); }
  Path expired(const ExecutionKey& key) const { return of_month(key, "expired", ""); }

  // Empty files that say: this may be ahead of the index.
  Path open() const { return at("open"); }
  Path marker(const ProjectId& project) const { return at("open/", project.text()); }
  Path marker(const ClientKey& key) const { return at("open/", key.project.text(), ",", key.client.text()); }
  Path marker(const ExecutionKey& key) const {
    return at("open/", key.owner.project.text(), ",", key.owner.client.text(), ",", key.execution.text());
  }

  Path index() const { return at("index"); }
  Path current_index() const { return at("index/current"); }  // a link to N.sqlite

 private:
  // As text first and a path once: joining paths costs several times as much, and each POST needs a dozen.
  template <typename... Parts>
  Path at(const Parts&... parts) const {
    return Path(concat(text_, '/', parts...));
  }
  Path of_client(const ClientKey& key, std::string_view file) const {
    return at("projects/", key.project.text(), "/clients/", key.client.text(), file);
  }
  Path of_month(const ExecutionKey& key, std::string_view name, std::string_view ending) const {
    return at("projects/", key.owner.project.text(), "/clients/", key.owner.client.text(), '/',
              key.execution.month(), name.empty() ? "" : "/", name, ending);
  }
  Path root_;
  std::string text_;
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
