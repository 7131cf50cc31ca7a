// testfarm check: whether a definition makes sense, and a farm is there.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "client/context.hpp"

namespace testfarm {

// Reads the definition, says the plan and what is wrong with it; unless `offline`, asks repositories and
// farms whether they are there. bad_input or unavailable where something is bad, after all of it was said.
Status check_client(const ClientContext& context, bool offline);
// Reads a file of tasks as a repository may bring it, and says them. bad_input with all mistakes.
Status check_tasks(const ClientContext& context, const Path& file);
// Looks at a farm from this side. Answers how many things are bad.
Result<std::uint64_t> check_farm_address(const ClientContext& context, std::string server);

// What a farm answers to who asks whether it is there: a line. Errors say why it did not.
Result<std::string> farm_words(const ClientContext& context, const ServerDefinition& server);

}  // namespace testfarm
