// projects/P/start.toml: what a volunteer's testfarm.toml may begin with, written by the maintainer. It has
// everything but who the client is: `project`, `client`, `server` and `key` come from the invite. Published
// as it is (P/start.txt of the site), where `testfarm init` finds it.
#pragma once

#include <string>

#include "base/result.hpp"
#include "store/layout.hpp"

namespace testfarm {

// Empty where there is no such file. bad_input where it is no TOML, names the client, or has more than 64
// KiB.
Result<std::string> read_start_definition(const Layout& layout, const ProjectId& project);

}  // namespace testfarm
