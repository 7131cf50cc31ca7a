// What the pages say, for programs: docs/SITE.md has the formats. Each has `version`, raised when a member
// changes its meaning or goes; new members may come at any time.
#pragma once

#include <string>
#include <vector>

#include "analysis/project_state.hpp"
#include "analysis/story.hpp"
#include "store/farm_config.hpp"
#include "store/index/index.hpp"

namespace testfarm {

// `page` names what the HTML beside it says (stamp_page).
std::string farm_json(const FarmConfig& farm, const std::vector<const ProjectState*>& projects,
                      const std::string& page);
std::string summary_json(const FarmConfig& farm, const ProjectState& project, const std::string& page);
// `more`: there are older ones, in the files of their days. `page`: of the newest ones only.
std::string history_json(const ProjectId& project, const std::vector<ExecutionHeader>& executions, bool more,
                         const std::string& page);
std::string commit_json(const ProjectId& project, const std::string& revision,
                        const std::vector<ExecutionHeader>& executions);
// `recent`: newest first.
std::string stats_json(const ClientOverview& client, const std::vector<StatRule>& rules,
                       const std::vector<ExecutionRow>& recent);
std::string failure_json(const Story& story);
std::string execution_json(const ExecutionRow& execution, const std::vector<Judgement>& judgements);

}  // namespace testfarm
