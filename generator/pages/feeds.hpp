// For programs that speak an older language than our JSON: Atom (RFC 4287), cctray.xml (ccmenu.org, "Multiple
// Project Summary Reporting Standard").
#pragma once

#include <string>
#include <vector>

#include "analysis/project_state.hpp"
#include "store/farm_config.hpp"

namespace testfarm {

// What a feed tells of. Its id never changes, whatever becomes of titles and addresses.
struct Feed {
  std::string id;  // behind the farm's tags
  std::string title;
  std::string place;                       // of the feed in the site
  std::string about;                       // of the page in the site
  const ClientOverview* client = nullptr;  // only this one; nullptr: all
  std::string branch = {};                 // only this one; empty: all
};
Feed farm_feed(const FarmConfig& farm);
Feed project_feed(const FarmConfig& farm, const ProjectState& project);
Feed branch_feed(const FarmConfig& farm, const ProjectState& project, const std::string& branch);
Feed client_feed(const FarmConfig& farm, const ProjectState& project, const ClientOverview& client);

// The newest changes of state: a client that begins to fail on a branch, or to pass again.
std::string feed_atom(const FarmConfig& farm, const std::vector<const ProjectState*>& projects,
                      const Feed& feed);

// One entry for each client and branch. CCMenu knows them by their names; times are whole seconds with Z,
// which every reader takes for UTC.
std::string cctray_xml(const FarmConfig& farm, const std::vector<const ProjectState*>& projects);

}  // namespace testfarm
