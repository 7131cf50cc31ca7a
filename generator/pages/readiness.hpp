// Whether a branch may be released: of each platform whether its newest commit passed there, failed, was not
// tested yet, or never anything was; and which platforms one volunteer carries alone.
#pragma once

#include "analysis/project_state.hpp"
#include "generator/html/fields.hpp"

namespace testfarm {

// The newest commit of a branch, and what each client came to on it.
struct BranchTip {
  std::string branch;
  std::optional<Commit> tip;
  std::vector<Brief> at_tip;  // newest first
};

// A client's platform: system and architecture, without the version of a rolling system's every day.
std::string platform_of(const Facts& facts);

Fields readiness_view(const FarmConfig& farm, const ProjectState& project,
                      const std::vector<BranchTip>& tips);

}  // namespace testfarm
