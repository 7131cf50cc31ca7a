// testfarm watch: polls again and again, when the schedule says so, until it is asked to stop.
#pragma once

#include "base/result.hpp"
#include "client/context.hpp"

namespace testfarm {

// For one client: several, of one definition, are watched by as many processes, so that none is late because
// another one builds.
Status watch(const ClientContext& context);

}  // namespace testfarm
