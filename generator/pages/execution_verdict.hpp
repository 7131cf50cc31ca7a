// The sentence at the top of an execution's page: where it stopped, at what, and why.
#pragma once

#include <optional>
#include <string>

#include "generator/html/fields.hpp"
#include "generator/pages/execution_tasks.hpp"
#include "store/log/execution_document.hpp"

namespace testfarm {

// {client, and one of passed, running, stopped}. Without a document (an expired log) it says what the summary
// knows.
Fields execution_verdict(const std::string& client, const Summary& summary, const ExecutionDocument* document,
                         const std::optional<FirstError>& error);

}  // namespace testfarm
