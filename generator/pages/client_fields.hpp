// What the summary and a client's own page say alike. `directory`: the way from the page to the client's
// executions, "" or "C/".
#pragma once

#include <string>
#include <vector>

#include "analysis/project_state.hpp"
#include "generator/html/fields.hpp"

namespace testfarm {

// What a client is at: running, waiting with its promise, away, or never heard of.
Fields doing_fields(const FarmConfig& farm, const ClientOverview& client, const std::string& directory);
// System, compiler and architecture.
std::string facts_line(const Facts& facts);
// Runs of equal results, oldest first; what reads them aloud.
Nodes result_strip(const std::vector<ExecutionHeader>& recent, const std::string& directory);
std::string result_strip_words(const std::vector<ExecutionHeader>& recent);

}  // namespace testfarm
