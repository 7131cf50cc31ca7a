// For programs that speak an older language than our JSON: Atom (RFC 4287), cctray.xml (ccmenu.org, "Multiple
// Project Summary Reporting Standard"), badges.
#pragma once

#include <string>
#include <vector>

#include "analysis/project_state.hpp"
#include "store/farm_config.hpp"

namespace testfarm {

enum class FeedOf : unsigned char { farm, project };

// The newest changes of state: a client that begins to fail on a branch, or to pass again. Of one project, or
// of all.
std::string feed_atom(const FarmConfig& farm, const std::vector<const ProjectState*>& projects, FeedOf of);

// One entry for each client and branch. CCMenu knows them by their names; times are whole seconds with Z,
// which every reader takes for UTC.
std::string cctray_xml(const FarmConfig& farm, const std::vector<const ProjectState*>& projects);

std::string project_badge(const ProjectState& project);
std::string client_badge(const ProjectState& project, const ClientOverview& client);

}  // namespace testfarm
