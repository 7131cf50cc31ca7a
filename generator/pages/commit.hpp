// One commit: what it says, and what the clients that tested that very commit came to. Written when one of
// them ends: who has it by now in a newer one is on the page of all commits, which is written more often.
#pragma once

#include <string>

#include "generator/pages/context.hpp"

namespace testfarm {

// The page and its JSON; nothing where nobody tested it.
Status write_commit(PageContext& context, const ProjectId& project, const std::string& revision);

}  // namespace testfarm
