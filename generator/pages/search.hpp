// P/search/LETTER.json: what readers look for, by its beginning. A file for each first letter of a tested
// revision, and two for tests that failed; clients and branches are in summary.json. An execution's end
// changes three at most.
#pragma once

#include <string>

#include "base/result.hpp"
#include "generator/pages/context.hpp"

namespace testfarm {

Status write_search(PageContext& context, const ProjectId& project, const std::string& letter);

}  // namespace testfarm
