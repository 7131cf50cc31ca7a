// P/tests/BRANCH.html: tests that were not always green, on all clients at once.
#pragma once

#include <string>

#include "base/result.hpp"
#include "generator/pages/context.hpp"

namespace testfarm {

Status write_matrix(PageContext& context, const ProjectId& project, const std::string& branch);

}  // namespace testfarm
