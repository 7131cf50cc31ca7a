// What an execution tested and where: its commits at the forge, the machine's facts, the line of source that
// the first error names. Links are below `up`, the way to the project's directory.
#pragma once

#include <string>

#include "generator/html/fields.hpp"
#include "schema/event.hpp"
#include "store/farm_config.hpp"
#include "store/summary/summary.hpp"

namespace testfarm {

// One for each repository with changes: {name, commits, compare, host, omitted}.
Nodes change_nodes(const ExecutionStarted& start, const ProjectConfig& project);
// {name, hash, link, diff, value, time}: commit, times, what the client told of its machine.
Nodes fact_nodes(const Summary& summary, const ProjectConfig& project, const std::string& up);
// {link, words, host}, or false where the error names no line or the forge is not known.
Node source_link(const Summary& summary, const ProjectConfig& project, const std::string& error);

}  // namespace testfarm
