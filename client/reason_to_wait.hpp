// Why a client does not look for changes now.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "client/definition/definition.hpp"

namespace testfarm {

// The hours, the load, the disk. Empty: nothing is against it.
std::string reason_to_wait(const Schedule& schedule, const Path& sandbox, const Clock& clock);

}  // namespace testfarm
