// testfarm run --local DIR: a farm on this machine without any web server.
#pragma once

#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"
#include "client/context.hpp"
#include "client/poll.hpp"

namespace testfarm {

// What it remembers of a client, one of `all` of a file, is there.
Path local_state_directory(const Path& directory, const std::vector<Definition>& all,
                           const Definition& definition);

// run_once into a farm in `directory`, made where it is missing, and its pages.
Result<RunReport> run_locally(const ClientContext& context, const RunOptions& options, const Path& directory);

}  // namespace testfarm
