#include "store/clients/all_clients.hpp"

#include "base/file.hpp"

namespace testfarm {

Result<std::vector<ClientKey>> all_clients(const Layout& layout) {
  std::vector<ClientKey> all;
  TRY_SET(const auto projects, list_directory(layout.projects()));
  for (const auto& project : projects) {
    const auto id = ProjectId::parse(project);
    if (!id) continue;
    TRY_SET(const auto clients, list_directory(layout.clients(*id)));
    for (const auto& name : clients)
      if (auto client = ClientId::parse(name)) all.push_back({*id, *std::move(client)});
  }
  return all;
}

}  // namespace testfarm
