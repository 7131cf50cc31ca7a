// Which boot of the machine this is: what was not synced, and what was measured by a boot's clock, is worth
// nothing after the next one.
#pragma once

#include <string>

namespace testfarm {

// Names this boot of the machine, or "unknown" where the kernel does not tell.
std::string boot_id();

}  // namespace testfarm
