// What the writers of pages share: where to ask, where to put, and what was read once in this tick.
#pragma once

#include <map>

#include "analysis/project_state.hpp"
#include "base/result.hpp"
#include "generator/site/site_writer.hpp"
#include "store/farm_config.hpp"
#include "store/index/index.hpp"
#include "store/layout.hpp"

namespace testfarm {

// One for each thread. Good for one tick: what it read once it does not read again. What it was made with
// outlives it.
class PageContext {
 public:
  PageContext(const Layout& layout, const FarmConfig& farm, Index& index, SiteWriter& site)
      : layout_(layout), farm_(farm), index_(index), site_(site) {}

  const Layout& layout() const { return layout_; }
  const FarmConfig& farm() const { return farm_; }
  Index& index() { return index_; }
  SiteWriter& site() { return site_; }

  // Good as long as the context.
  Result<const ProjectConfig*> project_config(const ProjectId& project);
  Result<const ClientConfig*> client_config(const ClientKey& key);
  Result<const ProjectState*> project_state(const ProjectId& project);

 private:
  const Layout& layout_;
  const FarmConfig& farm_;
  Index& index_;
  SiteWriter& site_;
  std::map<ProjectId, ProjectConfig> projects_;
  std::map<ClientKey, ClientConfig> clients_;
  std::map<ProjectId, ProjectState> states_;
};

}  // namespace testfarm
