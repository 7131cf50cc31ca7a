// testfarm init --local: a definition to try things with, without any farm.
#pragma once

#include <string>

#include "base/result.hpp"
#include "client/context.hpp"

namespace testfarm {

// Writes a definition for a repository: a directory in a checkout, or an address. Its tasks are guessed from
// the checkout's files. conflict where there is a definition; not_found where there is no repository.
Status init_locally(const ClientContext& context, const std::string& repository);

}  // namespace testfarm
