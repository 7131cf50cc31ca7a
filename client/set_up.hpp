// testfarm init and check: from an invite to a definition that makes sense.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "client/context.hpp"

namespace testfarm {

struct InitOptions {
  std::string server;
  std::string invite;
};
// Makes key and definition where they are missing and registers. May be repeated after a failure.
Status init_client(const ClientContext& context, const InitOptions& options);

// Reads the definition, says the plan and what is wrong with it; unless `offline`, asks repositories and
// farms whether they are there. bad_input or unavailable where something is bad, after all of it was said.
Status check_client(const ClientContext& context, bool offline);
// Looks at a farm from this side. Answers how many things are bad.
Result<std::uint64_t> check_farm_address(const ClientContext& context, std::string server);

// What a farm answers to who asks whether it is there: a line. Errors say why it did not.
Result<std::string> farm_words(const ClientContext& context, const ServerDefinition& server);

}  // namespace testfarm
