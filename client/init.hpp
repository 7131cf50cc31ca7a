// testfarm init: from an invite to clients that the farm knows, and to a definition that makes sense.
#pragma once

#include <string>

#include "base/result.hpp"
#include "client/context.hpp"

namespace testfarm {

struct InitOptions {
  std::string server;
  std::string invite;
};

// Makes key and definition where they are missing, and registers. An invite for several clients,
// "P/debian-*/…", registers each client of the definition that it is for; those that are registered stay so.
// May be repeated after a failure.
Status init_client(const ClientContext& context, const InitOptions& options);

}  // namespace testfarm
