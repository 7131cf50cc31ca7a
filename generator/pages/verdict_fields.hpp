// One sentence about a project, as its summary and the farm's index say it.
#pragma once

#include "analysis/project_state.hpp"
#include "generator/html/fields.hpp"

namespace testfarm {

// One of nothing, failing (words, and since which revision of which branch), trouble, passing. Links are from
// the project's directory.
Fields verdict_fields(const ProjectState& project);

}  // namespace testfarm
