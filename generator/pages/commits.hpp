// Revisions, newest first, and who tested them with what result. A row of failures is one block, with the
// revisions above the last success as dots: nobody tested them, and one of them may have done it.
#pragma once

#include "base/result.hpp"
#include "generator/pages/context.hpp"
#include "schema/ids.hpp"

namespace testfarm {

// P/commits.html without a branch, P/commits/BRANCH.html, or with a month ("2026-11")
// P/commits/BRANCH/2026-11.html.
Status write_commits(PageContext& context, const ProjectId& project, const std::string& branch,
                     const std::string& month);

}  // namespace testfarm
