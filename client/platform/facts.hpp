// What the machine can tell of itself.
#pragma once

#include <string>
#include <vector>

#include "schema/event.hpp"

namespace testfarm {

// "system" ("Debian GNU/Linux 12 (bookworm)"), "architecture" ("x86_64").
Facts machine_facts();

// What this platform may be called in a definition: "Linux", "x86_64", "Debian GNU/Linux 12 (bookworm)".
std::vector<std::string> platform_names();

// Of the last minute (getloadavg(3)); 0 where nobody counts.
double load_average();

}  // namespace testfarm
