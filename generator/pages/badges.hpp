// Badges for READMEs, of a project, its branches and its clients; and the feeds of branches and clients.
#pragma once

#include <string>

#include "analysis/project_state.hpp"
#include "base/result.hpp"
#include "generator/pages/context.hpp"

namespace testfarm {

std::string project_badge(const ProjectState& project);
// Of the clients that count and have tested it.
std::string branch_badge(const ProjectState& project, const std::string& branch);
std::string client_badge(const ProjectState& project, const ClientOverview& client);

// badge-BRANCH.svg and feed-BRANCH.atom of the default branch and of pinned ones; those of others go.
Status write_branch_files(PageContext& context, const ProjectState& project);
// A client's badge.svg and feed.atom.
Status write_client_files(PageContext& context, const ProjectState& project, const ClientOverview& client);

}  // namespace testfarm
