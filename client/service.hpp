// testfarm install-service and uninstall-service: a client that is there after each start of the machine.
#pragma once

#include "base/result.hpp"
#include "client/context.hpp"

namespace testfarm {

// A systemd user unit that watches from now on (or, with `cron`, the line for a crontab), and how to switch
// it on.
Status install_service(const ClientContext& context, bool cron);
// Stops and removes each unit that watches this definition. not_found where there is none.
Status uninstall_service(const ClientContext& context);

}  // namespace testfarm
