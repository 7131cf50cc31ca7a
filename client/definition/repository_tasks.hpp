// The tasks that a revision brings itself: the file that the owner named by `definition` of the first
// repository. It may hold [[task]], with their services, and defaults of [parameters]; what the owner says
// about schedule, secrets, reports and machine is nobody else's.
#pragma once

#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"
#include "client/definition/definition.hpp"

namespace testfarm {

// Of what is checked out now. bad_input, not_found or too_large where the file is wrong, with all mistakes,
// one a line: then the commit is to blame. Other errors are the machine's.
Result<std::vector<TaskDefinition>> read_repository_tasks(const Definition& owner);

// The same of a file that somebody works on; `name` is what messages call it.
Result<std::vector<TaskDefinition>> read_tasks_in(const Path& file, const std::string& name,
                                                  const Definition& owner);

}  // namespace testfarm
