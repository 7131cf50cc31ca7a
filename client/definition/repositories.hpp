// The [[repository]] of a testfarm.toml.
#pragma once

#include "client/definition/definition.hpp"
#include "client/definition/reading_context.hpp"

namespace testfarm {

// Each becomes a parameter too: {name} is its directory.
void read_repositories(ReadingContext& context, ReadingContext::Reader& reader, Definition& definition);

}  // namespace testfarm
