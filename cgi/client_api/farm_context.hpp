// Everything that a handler needs to know about where it runs.
#pragma once

#include "base/clock.hpp"
#include "cgi/client_api/farm_files.hpp"
#include "cgi/client_api/usage_book.hpp"

namespace testfarm {

struct FarmContext {
  FarmFiles& files;
  UsageBook& usage;
  const Clock& clock;
};

}  // namespace testfarm
