// The [[task]] of a testfarm.toml, with their commands.
#pragma once

#include "client/definition/definition.hpp"
#include "client/definition/reading_context.hpp"

namespace testfarm {

// Added to those of the definition.
void read_tasks(ReadingContext& context, ReadingContext::Reader& reader, CommandLimits limits,
                Definition& definition);

}  // namespace testfarm
