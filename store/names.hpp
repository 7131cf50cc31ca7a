// FARM/names.jsonl: what projects and clients are called now. An append-only log, written under its own lock:
//
//   {"type":"renamed","at":1795862400000,"project":"engine","name":"motor"}
//   {"type":"renamed","at":1795862400000,"project":"engine","client":"box","name":"box-2026"}
//
// `project` and `client` are directories. These keep the name that they were made with, so a new name moves
// no log, and whoever comes by an old one still finds its own. A name is never given to another: addresses of
// the site, keys and invites of before go on meaning what they meant.
#pragma once

#include <cstddef>
#include <map>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "schema/ids.hpp"

namespace testfarm {

constexpr std::size_t most_of_names = 1 << 22;  // bytes of the file

// Called so until then.
template <typename Key>
struct FormerName {
  Key key;
  Millis until;
};

class FarmNames {
 public:
  // Lines that cannot be read are skipped.
  static FarmNames parse(std::string_view text);
  bool empty() const { return projects_.empty() && clients_.empty(); }

  // Whose directory it is, and what it is called now, by any name that it ever had; itself where nobody was
  // renamed.
  ProjectId directory(const ProjectId& called) const;
  ClientKey directory(const ClientKey& called) const;
  ProjectId now(const ProjectId& called) const;
  ClientKey now(const ClientKey& called) const;

  // What it was called before, each name once; of a client, also by the former names of its project.
  std::vector<FormerName<ProjectId>> former(const ProjectId& called) const;
  std::vector<FormerName<ClientKey>> former(const ClientKey& called) const;
  // Directories of whom has another name now.
  std::vector<ProjectId> renamed_projects() const;
  std::vector<ClientKey> renamed_clients() const;

 private:
  template <typename Id>
  struct Era {
    Id name;
    Millis since, until;
  };
  template <typename Id>
  using Eras = std::vector<Era<Id>>;  // oldest first; the last one is now
  Eras<ProjectId> eras(const ProjectId& directory) const;
  Eras<ClientId> eras(const ClientKey& directory) const;
  std::map<ProjectId, Eras<ProjectId>> projects_;  // by directory
  std::map<ClientKey, Eras<ClientId>> clients_;    // by directories
  std::map<ProjectId, ProjectId> project_directories_;
  std::map<ClientKey, ClientId> client_directories_;  // by the project's directory and any name
};

}  // namespace testfarm
