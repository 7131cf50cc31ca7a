// An execution's output for readers of plain text: the file beside its page.
#pragma once

#include <string>

#include "store/log/execution_document.hpp"

namespace testfarm {

// All commands with their output as text/plain, colours removed.
std::string raw_text(const ExecutionDocument& document);

}  // namespace testfarm
