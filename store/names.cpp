#include "store/names.hpp"

#include <algorithm>
#include <cstdint>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr Millis for_ever = INT64_MAX;

template <typename Eras, typename Id>
void begin_era(Eras& eras, const Id& directory, const Id& name, Millis at) {
  if (eras.empty()) eras.push_back({directory, 0, for_ever});
  // In the order of the file, whatever a clock said.
  const Millis since = std::max(at, eras.back().since + 1);
  eras.back().until = since;
  eras.push_back({name, since, for_ever});
}

}  // namespace

FarmNames FarmNames::parse(std::string_view text) {
  FarmNames names;
  for (const std::string_view each : split_lines(text)) {
    const auto document = json::Document::parse(each);
    if (!document || document->root().text("type") != "renamed") continue;
    const json::View line = document->root();
    const Millis at = line.integer("at");
    const auto project = ProjectId::parse(line.text("project"));
    if (!project) continue;
    if (line.text("client").empty()) {
      const auto name = ProjectId::parse(line.text("name"));
      if (!name) continue;
      begin_era(names.projects_[*project], *project, *name, at);
      names.project_directories_.insert_or_assign(*name, *project);
    } else {
      const auto client = ClientId::parse(line.text("client"));
      const auto name = ClientId::parse(line.text("name"));
      if (!client || !name) continue;
      begin_era(names.clients_[{*project, *client}], *client, *name, at);
      names.client_directories_.insert_or_assign(ClientKey{*project, *name}, *client);
    }
  }
  return names;
}

ProjectId FarmNames::directory(const ProjectId& called) const {
  if (projects_.contains(called)) return called;
  const auto known = project_directories_.find(called);
  return known == project_directories_.end() ? called : known->second;
}

ClientKey FarmNames::directory(const ClientKey& called) const {
  ClientKey key{directory(called.project), called.client};
  if (clients_.contains(key)) return key;
  if (const auto known = client_directories_.find(key); known != client_directories_.end())
    key.client = known->second;
  return key;
}

FarmNames::Eras<ProjectId> FarmNames::eras(const ProjectId& directory) const {
  const auto known = projects_.find(directory);
  return known == projects_.end() ? Eras<ProjectId>{{directory, 0, for_ever}} : known->second;
}

FarmNames::Eras<ClientId> FarmNames::eras(const ClientKey& directory) const {
  const auto known = clients_.find(directory);
  return known == clients_.end() ? Eras<ClientId>{{directory.client, 0, for_ever}} : known->second;
}

ProjectId FarmNames::now(const ProjectId& called) const { return eras(directory(called)).back().name; }

ClientKey FarmNames::now(const ClientKey& called) const {
  if (empty()) return called;
  return {now(called.project), eras(directory(called)).back().name};
}

std::vector<FormerName<ProjectId>> FarmNames::former(const ProjectId& called) const {
  std::map<ProjectId, Millis> until;
  const auto all = eras(directory(called));
  for (const auto& era : all)
    if (era.name != all.back().name) until[era.name] = era.until;
  std::vector<FormerName<ProjectId>> former;
  for (const auto& [name, at] : until) former.push_back({name, at});
  return former;
}

std::vector<FormerName<ClientKey>> FarmNames::former(const ClientKey& called) const {
  const auto of_project = eras(directory(called.project));
  const auto of_client = eras(directory(called));
  const ClientKey now{of_project.back().name, of_client.back().name};
  std::map<ClientKey, Millis> until;
  for (const auto& project : of_project)
    for (const auto& client : of_client) {
      const Millis end = std::min(project.until, client.until);
      const ClientKey key{project.name, client.name};
      if (key != now && std::max(project.since, client.since) < end) until[key] = std::max(until[key], end);
    }
  std::vector<FormerName<ClientKey>> former;
  for (const auto& [key, at] : until) former.push_back({key, at});
  return former;
}

std::vector<ProjectId> FarmNames::renamed_projects() const {
  std::vector<ProjectId> all;
  for (const auto& [directory, eras] : projects_) all.push_back(directory);
  return all;
}

std::vector<ClientKey> FarmNames::renamed_clients() const {
  std::vector<ClientKey> all;
  for (const auto& [directory, eras] : clients_) all.push_back(directory);
  return all;
}

}  // namespace testfarm
