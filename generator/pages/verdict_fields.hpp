// One sentence about a project, as its summary and the farm's index say it.
#pragma once

#include "analysis/project_state.hpp"
#include "generator/html/fields.hpp"

namespace testfarm {

// One of nothing, failing {first, rest, branch, words, one}, trouble, passing; and elsewhere. `one` where
// there is a single problem: {what, link, clients, began}. Links are below `up`, the way to the project's
// directory.
Fields verdict_fields(const ProjectState& project, const std::string& up);

}  // namespace testfarm
