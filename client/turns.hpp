// The clients of one file take turns: their machine is somebody's, and a build alone may fill it. A turn is a
// lock on a file, so that whoever dies leaves none behind.
#pragma once

#include <optional>

#include "base/file.hpp"
#include "base/result.hpp"
#include "client/definition/definition.hpp"

namespace testfarm {

// A turn until it is destroyed; nothing where `schedule.at_once` clients of `directory` have theirs.
Result<std::optional<LockFile>> take_turn(const Path& directory, const Schedule& schedule);

}  // namespace testfarm
