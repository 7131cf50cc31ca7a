// Where a farm keeps what: the only place that makes paths, and only from ids. Of a project or client that
// was renamed any of its names leads to its one directory.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "schema/ids.hpp"
#include "store/names.hpp"

namespace testfarm {

class Layout {
 public:
  // Knows no names but those of directories.
  explicit Layout(Path root)
      : root_(std::move(root)), text_(root_.string()), called_(std::make_shared<Called>()) {}
  // Another directory, where the same names count.
  Layout(Path root, const Layout& named_like)
      : root_(std::move(root)), text_(root_.string()), called_(named_like.called_) {}
  // Of a farm, with the names that it has now.
  static Result<Layout> of_farm(Path root);

  // Reads what everybody is called now, if that has changed since, for this layout and all its copies.
  // Whether it had. Not while other threads use one of them.
  Result<bool> look_at_names() const;
  const FarmNames& names() const { return called_->names; }

  const Path& root() const { return root_; }
  Path farm_toml() const { return at("farm.toml"); }
  Path last_good() const { return at("last-good"); }
  Path identity() const { return at("identity.json"); }
  Path generate_lock() const { return at("generate.lock"); }
  Path ticked() const { return at("ticked"); }
  Path counters() const { return at("counters"); }
  Path names_file() const { return at("names.jsonl"); }

  Path removed() const { return at("removed"); }
  Path projects() const { return at("projects"); }
  Path project(const ProjectId& id) const { return at("projects/", directory(id)); }
  Path project_toml(const ProjectId& id) const { return at("projects/", directory(id), "/project.toml"); }
  Path start_toml(const ProjectId& id) const { return at("projects/", directory(id), "/start.toml"); }
  Path retired(const ProjectId& id) const { return at("projects/", directory(id), "/retired.jsonl"); }

  Path invites(const ProjectId& id) const { return at("projects/", directory(id), "/invites.jsonl"); }

  Path clients(const ProjectId& id) const { return at("projects/", directory(id), "/clients"); }
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
  Path marker(const ProjectId& project) const { return at("open/", directory(project)); }
  Path marker(const ClientKey& key) const {
    return in_directory(key, [&](const ClientKey& place) {
      return at("open/", place.project.text(), ",", place.client.text());
    });
  }
  Path marker(const ExecutionKey& key) const {
    return in_directory(key.owner, [&](const ClientKey& place) {
      return at("open/", place.project.text(), ",", place.client.text(), ",", key.execution.text());
    });
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
    return in_directory(key, [&](const ClientKey& place) {
      return at("projects/", place.project.text(), "/clients/", place.client.text(), file);
    });
  }
  Path of_month(const ExecutionKey& key, std::string_view name, std::string_view ending) const {
    return in_directory(key.owner, [&](const ClientKey& place) {
      return at("projects/", place.project.text(), "/clients/", place.client.text(), '/',
                key.execution.month(), name.empty() ? "" : "/", name, ending);
    });
  }
  std::string directory(const ProjectId& id) const {
    return names().empty() ? id.text() : names().directory(id).text();
  }
  // Mostly nobody was renamed, and then no name is copied.
  template <typename Use>
  Path in_directory(const ClientKey& key, const Use& use) const {
    return names().empty() ? use(key) : use(names().directory(key));
  }
  struct Called {
    std::optional<FileFacts> facts;
    FarmNames names;
  };
  Path root_;
  std::string text_;
  std::shared_ptr<Called> called_;
};

// What the name of a marker says: directories. Client and execution are there as far as the name goes.
struct MarkerName {
  ProjectId project;
  std::optional<ClientId> client;
  std::optional<ExecutionId> execution;
  static std::optional<MarkerName> parse(std::string_view name);
};

// The execution whose log a file's name in a month directory says: E.jsonl or E.jsonl.gz.
std::optional<ExecutionId> execution_of_log(std::string_view file_name);

}  // namespace testfarm
