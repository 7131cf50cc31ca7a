// testfarm install-service: a client that is there after each start of the machine.
#pragma once

#include "base/result.hpp"
#include "client/context.hpp"

namespace testfarm {

// A systemd user unit that watches from now on (or, with `cron`, the line for a crontab), and how to switch
// it on.
Status install_service(const ClientContext& context, bool cron);

}  // namespace testfarm
