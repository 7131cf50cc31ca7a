#include "generator/pages/context.hpp"

namespace testfarm {

Result<const ProjectConfig*> PageContext::project_config(const ProjectId& project) {
  if (const auto known = projects_.find(project); known != projects_.end()) return &known->second;
  TRY_SET(ProjectConfig config, read_project_config(layout_, project));
  return &projects_.emplace(project, std::move(config)).first->second;
}

Result<const ClientConfig*> PageContext::client_config(const ClientKey& key) {
  if (const auto known = clients_.find(key); known != clients_.end()) return &known->second;
  TRY_SET(ClientConfig config, read_client_config(layout_, key));
  return &clients_.emplace(key, std::move(config)).first->second;
}

Result<const ProjectState*> PageContext::project_state(const ProjectId& project) {
  if (const auto known = states_.find(project); known != states_.end()) return &known->second;
  TRY_SET(ProjectState state, read_project_state(layout_, index_, project));
  return &states_.emplace(project, std::move(state)).first->second;
}

}  // namespace testfarm
