// What the machine can tell of itself.
#pragma once

#include "schema/event.hpp"

namespace testfarm {

// "system" ("Debian GNU/Linux 12 (bookworm)"), "architecture" ("x86_64").
Facts machine_facts();

}  // namespace testfarm
