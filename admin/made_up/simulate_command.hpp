// `testfarm-admin simulate`: what its user types.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/command_line.hpp"

namespace testfarm {

struct SimulateWords {
  std::string farm, project, client, until, every = "4h";
  std::int64_t clients = 5, executions = 100, tasks = 4, commands = 3, seed = 1, output = 1024, commits = 120,
               running = 0, problems = 0;
  bool world = false, only_summaries = false;
};

// `words` outlive the parse; `finish` makes an exit code of how it ended.
void define_simulate(Options& top, SimulateWords& words, const std::function<Exit(const Status&)>& finish);

}  // namespace testfarm
