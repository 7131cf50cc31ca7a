#include "store/clients/all_clients.hpp"

#include <algorithm>

#include "base/file.hpp"

namespace testfarm {

Result<std::vector<ProjectId>> all_projects(const Layout& layout) {
  std::vector<ProjectId> all;
  TRY_SET(const auto names, list_directory(layout.projects()));
  for (const auto& name : names)
    if (const auto directory = ProjectId::parse(name)) all.push_back(layout.names().now(*directory));
  std::sort(all.begin(), all.end());
  return all;
}

Result<std::vector<ClientKey>> clients_of(const Layout& layout, const ProjectId& project) {
  std::vector<ClientKey> all;
  TRY_SET(const auto names, list_directory(layout.clients(project)));
  for (const auto& name : names)
    if (auto directory = ClientId::parse(name))
      all.push_back(layout.names().now(ClientKey{project, *std::move(directory)}));
  std::sort(all.begin(), all.end());
  return all;
}

Result<std::vector<ClientKey>> all_clients(const Layout& layout) {
  std::vector<ClientKey> all;
  TRY_SET(const auto projects, all_projects(layout));
  for (const ProjectId& project : projects) {
    TRY_SET(const auto clients, clients_of(layout, project));
    all.insert(all.end(), clients.begin(), clients.end());
  }
  return all;
}

}  // namespace testfarm
