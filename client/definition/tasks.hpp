// The [[task]] of a testfarm.toml, with their commands.
#pragma once

#include "base/clock.hpp"
#include "client/definition/definition.hpp"
#include "client/definition/reading_context.hpp"

namespace testfarm {

// What holds for a command that says nothing else.
struct CommandLimits {
  Millis timeout;
  Millis silence;
};

void read_tasks(ReadingContext& context, ReadingContext::Reader& reader, CommandLimits limits,
                Definition& definition);

}  // namespace testfarm
